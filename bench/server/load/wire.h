/* Connections to a server under load: HTTP/1.1, and the client's side of WebSockets, masked as it must be. */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>

#define LONGEST_COOKIE 256
#define MOST_READ (4u << 20) /* bytes that may be waiting in one connection */

struct peer {
    int fd;
    int port;
    bool upgraded;
    char cookie[LONGEST_COOKIE];
    char *kept; /* the beginning of what has not come whole */
    size_t kept_size, kept_room;
};

/* A whole frame, as it lies in memory until the next `receive`. */
struct frame {
    unsigned char opcode;
    char *data;
    size_t size;
};

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

void dial(struct peer *peer);
void hang_up(struct peer *peer);

/* All of it at once: what is sent is small, and whoever cannot take it is not keeping up. */
void send_all(struct peer *peer, const char *data, size_t size);

void ask_for_upgrade(struct peer *peer);
void send_frame(struct peer *peer, int opcode, const char *data, size_t size);
void send_text(struct peer *peer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What there is to read now, with what was kept; nothing if there is nothing new. Fails if the server hung up. */
bool receive(struct peer *peer, char **start, char **end);

/* What from here on has not come whole. */
void keep(struct peer *peer, const char *start, const char *end);

/* The next whole frame after `*at`, which moves on. A ping is answered and passed over, a close fails. */
bool next_frame(struct peer *peer, char **at, char *end, struct frame *frame);

/* An HTTP answer at `*at`, which moves on once it is whole: its status, or 0. */
int next_answer(char **at, char *end, char **body, size_t *size);

/* Whether a text begins so. */
bool begins(const char *data, size_t size, const char *with);

#endif
