"""The same routes in each framework, each written as its own documentation has it."""
