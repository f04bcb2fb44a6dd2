"""One module for each step, in order; see the package above."""
