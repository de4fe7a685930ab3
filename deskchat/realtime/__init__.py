"""How news travels: commit → hub → sessions. A session is one open connection, by socket or by long polling."""
