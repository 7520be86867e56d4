"""What the flows need of the world, as Protocols, and the records that pass between them and the storage."""
