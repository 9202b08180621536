"""The conformance kit: does a client keep the contract when the server and the network do not?"""
