"""What the tests over real sockets share: the daemon as a process, and clients that see every byte."""
