"""One module for each generated part of the documentation; each returns Markdown."""
