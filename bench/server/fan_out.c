/*
 * What fan-out is measured beside: a server in C that waits by epoll and calls send() once for each member of a room.
 *
 * It speaks as much of Deskchat's protocol as the load needs, with frames of the same shape and size. It keeps nothing,
 * knows nobody and checks nothing: the cookie `deskchat_session=USER.ROOM` says who one is and which room one is in.
 * It says its port, serves until it is ended, and gives up where it cannot write at once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_MEMBERS 16384
#define MOST_ROOMS 4096
#define LARGEST_FRAME 4096
#define INBOX 16384

struct room {
    long id, seq;
    int *members, count;
};

struct member {
    bool upgraded;
    long user;
    int room;
    unsigned char kept[INBOX];
    size_t kept_size;
};

static struct room rooms[MOST_ROOMS];
static struct member *members[MOST_MEMBERS]; /* by descriptor */
static int room_count;

static void give_up(const char *what) {
    fprintf(stderr, "fan_out: ");
    perror(what);
    exit(1);
}

static void send_whole(int fd, const char *data, size_t size) {
    if (send(fd, data, size, MSG_NOSIGNAL) != (ssize_t)size)
        give_up("send");
}

static size_t frame(char *out, const char *text, size_t size) {
    size_t head = size < 126 ? 2 : 4;
    out[0] = (char)0x81;
    out[1] = (char)(size < 126 ? size : 126);
    if (size >= 126) {
        out[2] = (char)(size >> 8);
        out[3] = (char)size;
    }
    memcpy(out + head, text, size);
    return head + size;
}

static int enter(long id, int fd) {
    int at = 0;
    while (at < room_count && rooms[at].id != id)
        at++;
    if (at == room_count) {
        if (room_count == MOST_ROOMS)
            give_up("rooms");
        rooms[room_count++].id = id;
    }
    struct room *room = &rooms[at];
    room->members = realloc(room->members, (size_t)(room->count + 1) * sizeof *room->members);
    room->members[room->count++] = fd;
    return at;
}

static void upgrade(int fd, struct member *member, const char *head) {
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    static const char hello[] = "{\"type\":\"hello\"}", shown[] = "{\"type\":\"rooms\"}";
    char out[512];
    long id;
    const char *cookie = strstr(head, "deskchat_session=");
    if (!cookie || sscanf(cookie, "deskchat_session=%ld.%ld", &member->user, &id) != 2)
        give_up("cookie");
    member->room = enter(id, fd);
    member->upgraded = true;
    size_t size = sizeof answer - 1;
    memcpy(out, answer, size);
    size += frame(out + size, hello, sizeof hello - 1);
    size += frame(out + size, shown, sizeof shown - 1);
    send_whole(fd, out, size);
}

/* A string of the command, up to its closing quote. */
static const char *find_string(const char *text, const char *name, int *size) {
    const char *found = strstr(text, name);
    if (!found)
        give_up(name);
    found += strlen(name);
    *size = (int)(strchrnul(found, '"') - found);
    return found;
}

static void post(int fd, const struct member *member, const char *command) {
    char text[LARGEST_FRAME], out[LARGEST_FRAME + 4];
    struct room *room = &rooms[member->room];
    struct timespec at;
    int key_size, text_size;
    const char *key = find_string(command, "\"key\":\"", &key_size);
    const char *said = find_string(command, "\"text\":\"", &text_size);
    const char *ref = strstr(command, "\"ref\":");
    if (!ref)
        give_up("ref");
    clock_gettime(CLOCK_REALTIME, &at);
    long time = at.tv_sec * 1000 + at.tv_nsec / 1000000, seq = ++room->seq;
    int size = snprintf(text, sizeof text,
                        "{\"type\":\"message.posted\",\"room\":%ld,\"seq\":%ld,\"at\":%ld,\"message\":{\"number\":%ld,"
                        "\"author\":%ld,\"key\":\"%.*s\",\"text\":\"%.*s\",\"created\":%ld,\"changed\":%ld,"
                        "\"edited\":null,\"deleted\":null,\"mentions\":[]}}",
                        room->id, seq, time, seq, member->user, key_size, key, text_size, said, time, seq);
    if (size >= (int)sizeof text)
        give_up("text");
    size_t framed = frame(out, text, (size_t)size);
    for (int i = 0; i < room->count; i++)
        send_whole(room->members[i], out, framed);
    size = snprintf(text, sizeof text, "{\"type\":\"ok\",\"ref\":%ld,\"number\":%ld,\"seq\":%ld}", atol(ref + 6), seq, seq);
    send_whole(fd, out, frame(out, text, (size_t)size));
}

/* The bytes of a masked frame of less than 64 KB, or 0 as long as it has not come whole. */
static size_t take_frame(int fd, struct member *member, unsigned char *at, size_t there) {
    size_t head = 2, size;
    if (there < 2)
        return 0;
    size = at[1] & 127;
    if (size == 126) {
        head = 4;
        size = there < 4 ? INBOX : (size_t)at[2] << 8 | at[3];
    }
    if (there < head + 4 + size)
        return 0;
    unsigned char *mask = at + head, *text = mask + 4, after = text[size];
    for (size_t i = 0; i < size; i++)
        text[i] ^= mask[i % 4];
    if ((at[0] & 15) == 1) {
        text[size] = '\0';
        post(fd, member, (char *)text);
        text[size] = after;
    }
    return head + 4 + size;
}

static void leave(int fd) {
    struct room *room = &rooms[members[fd]->room];
    for (int i = 0; members[fd]->upgraded && i < room->count; i++)
        if (room->members[i] == fd)
            room->members[i--] = room->members[--room->count];
    free(members[fd]);
    members[fd] = NULL;
    close(fd);
}

static void hear(int fd) {
    static unsigned char inbox[2 * INBOX + 1];
    struct member *member = members[fd];
    memcpy(inbox, member->kept, member->kept_size);
    ssize_t got = recv(fd, inbox + member->kept_size, INBOX, 0);
    if (got <= 0) {
        leave(fd);
        return;
    }
    unsigned char *at = inbox, *end = inbox + member->kept_size + got;
    *end = '\0';
    if (!member->upgraded) {
        char *stop = strstr((char *)at, "\r\n\r\n");
        if (stop) {
            upgrade(fd, member, (char *)at);
            at = (unsigned char *)stop + 4;
        }
    }
    for (size_t size; member->upgraded && (size = take_frame(fd, member, at, (size_t)(end - at)));)
        at += size;
    member->kept_size = (size_t)(end - at);
    if (member->kept_size > INBOX)
        give_up("inbox");
    memcpy(member->kept, at, member->kept_size);
}

static void let_in(int listener, int poll) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (fd < 0 || fd >= MOST_MEMBERS)
        give_up("accept");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    members[fd] = calloc(1, sizeof **members);
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 2048) != 0)
        give_up("listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poll, events, 256, -1);
        for (int i = 0; i < count; i++)
            if (events[i].data.fd == listener)
                let_in(listener, poll);
            else if (members[events[i].data.fd])
                hear(events[i].data.fd);
    }
}
