"""The parts of `Benchmarks/run`: servers, scenarios, rounds, and what is printed of them."""
