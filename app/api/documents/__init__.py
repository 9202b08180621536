"""The API's own documents: OpenAPI, JSON Schemas and test vectors, made from the code."""
