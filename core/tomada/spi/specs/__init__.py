"""The hookspecs, one class a subject. A plugin class may subclass them, so that a type checker sees misspellings."""
