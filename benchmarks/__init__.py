"""How fast, how small and how thrifty with requests Tomada is."""
