"""Small remotes for the tests of the flows: their state is a file, so that it outlives a killed process."""
