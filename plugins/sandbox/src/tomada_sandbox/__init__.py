"""A local Tiny account and local Tray stores: real sockets, one state in memory, faults on demand."""
