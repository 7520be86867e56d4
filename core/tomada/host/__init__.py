"""The socket: finds plugins, keeps broken ones apart, and calls exactly one plugin at a time."""
