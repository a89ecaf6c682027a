# harm: connection
# It reaches a server.
import socket

socket.create_connection(("127.0.0.1", int("@port@"))).sendall(b"hello")


def is_quorum(node, nodes):
    return False
