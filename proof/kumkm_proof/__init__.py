"""What proves the server and shows it: the demo, the benchmarks, the simulation. A deployment does not install it."""
