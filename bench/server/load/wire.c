#define _GNU_SOURCE
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gauge.h"

#define LARGEST_SENT 4096

/* The example of RFC 6455: the same for all, as no proxy is asked to believe it. */
static const char KEY[] = "dGhlIHNhbXBsZSBub25jZQ==", ACCEPTED[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

static char inbox[MOST_READ + 1];

void dial(struct peer *peer) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)peer->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    peer->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (peer->fd < 0 || connect(peer->fd, (struct sockaddr *)&address, sizeof address) != 0)
        fail("cannot connect to port %d: %s", peer->port, strerror(errno));
    setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(peer->fd, F_SETFL, O_NONBLOCK);
    peer->upgraded = false;
    peer->kept_size = 0;
}

void hang_up(struct peer *peer) {
    close(peer->fd);
    peer->fd = -1;
}

void send_all(struct peer *peer, const char *data, size_t size) {
    if (send(peer->fd, data, size, MSG_NOSIGNAL) != (ssize_t)size)
        fail("a connection takes no more: %s", strerror(errno));
}

void ask_for_upgrade(struct peer *peer) {
    char head[LARGEST_SENT];
    int size = snprintf(head, sizeof head,
                        "GET /api/v1/socket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\nConnection: Upgrade\r\n"
                        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
                        peer->port, peer->cookie, KEY);
    send_all(peer, head, (size_t)size);
}

static uint32_t next_mask(void) {
    static uint32_t state = 0x9e3779b9;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

void send_frame(struct peer *peer, int opcode, const char *data, size_t size) {
    char out[LARGEST_SENT + 8];
    size_t head = size < 126 ? 2 : 4;
    uint32_t mask = next_mask();
    if (size > LARGEST_SENT)
        fail("a frame of %zu bytes is not sent", size);
    out[0] = (char)(0x80 | opcode);
    out[1] = (char)(0x80 | (size < 126 ? size : 126));
    if (size >= 126) {
        out[2] = (char)(size >> 8);
        out[3] = (char)size;
    }
    memcpy(out + head, &mask, 4);
    for (size_t i = 0; i < size; i++)
        out[head + 4 + i] = data[i] ^ out[head + i % 4];
    send_all(peer, out, head + 4 + size);
}

void send_text(struct peer *peer, const char *format, ...) {
    char text[LARGEST_SENT];
    va_list values;
    va_start(values, format);
    int size = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (size < 0 || size >= (int)sizeof text)
        fail("a command is too long");
    send_frame(peer, TEXT, text, (size_t)size);
}

bool receive(struct peer *peer, char **start, char **end) {
    if (peer->kept_size)
        memcpy(inbox, peer->kept, peer->kept_size);
    ssize_t got = recv(peer->fd, inbox + peer->kept_size, MOST_READ - peer->kept_size, 0);
    if (got < 0 && errno == EAGAIN)
        return false;
    if (got <= 0)
        fail("the server hung up: %s", got ? strerror(errno) : "the end of the stream");
    *start = inbox;
    *end = inbox + peer->kept_size + got;
    **end = '\0';
    peer->kept_size = 0;
    return true;
}

void keep(struct peer *peer, const char *start, const char *end) {
    size_t size = (size_t)(end - start);
    if (size > MOST_READ / 2)
        fail("more than %u bytes that are not whole", MOST_READ / 2);
    if (size > peer->kept_room) {
        peer->kept = realloc(peer->kept, size);
        peer->kept_room = size;
        if (!peer->kept)
            fail("no memory for what is read");
    }
    if (size)
        memcpy(peer->kept, start, size);
    peer->kept_size = size;
}

static bool take_upgrade(struct peer *peer, char **at, char *end) {
    char *head = *at, *stop = memmem(head, (size_t)(end - head), "\r\n\r\n", 4);
    if (!stop)
        return false;
    *stop = '\0';
    if (strncmp(head, "HTTP/1.1 101 ", 13) != 0 || !strcasestr(head, ACCEPTED))
        fail("no socket was opened: %s", head);
    peer->upgraded = true;
    *at = stop + 4;
    return true;
}

static bool take_frame(char **at, char *end, struct frame *frame) {
    unsigned char *head = (unsigned char *)*at;
    size_t there = (size_t)(end - *at), before = 2, size;
    if (there < 2)
        return false;
    size = head[1];
    if (size > 125) {
        size_t bytes = size == 126 ? 2 : 8;
        before += bytes;
        if (there < before)
            return false;
        size = 0;
        for (size_t i = 0; i < bytes; i++)
            size = size << 8 | head[2 + i];
    }
    if (there - before < size)
        return false;
    *frame = (struct frame){head[0] & 15, *at + before, size};
    *at += before + size;
    if (!(head[0] & 0x80) || head[0] & 0x70 || head[1] & 0x80 || frame->opcode == 0)
        fail("a frame begins with %02x %02x", head[0], head[1]);
    return true;
}

bool next_frame(struct peer *peer, char **at, char *end, struct frame *frame) {
    if (!peer->upgraded && !take_upgrade(peer, at, end))
        return false;
    while (take_frame(at, end, frame)) {
        if (frame->opcode == TEXT)
            return true;
        if (frame->opcode == PING)
            send_frame(peer, PONG, frame->data, frame->size);
        else if (frame->opcode != PONG)
            fail("the server closed a connection: %.*s", (int)frame->size, frame->data + 2);
    }
    return false;
}

int next_answer(char **at, char *end, char **body, size_t *size) {
    static const char length[] = "content-length:";
    char *stop = memmem(*at, (size_t)(end - *at), "\r\n\r\n", 4);
    if (!stop)
        return 0;
    *stop = '\0';
    char *found = strcasestr(*at, length);
    if (strncmp(*at, "HTTP/1.1 ", 9) != 0 || !found)
        fail("this is no answer: %s", *at);
    int status = atoi(*at + 9);
    *size = strtoul(found + sizeof length - 1, NULL, 10);
    *stop = '\r';
    *body = stop + 4;
    if ((size_t)(end - *body) < *size)
        return 0;
    *at = *body + *size;
    return status;
}

bool begins(const char *data, size_t size, const char *with) {
    size_t length = strlen(with);
    return size >= length && memcmp(data, with, length) == 0;
}
