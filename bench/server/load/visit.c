/* One person and one connection at a time: opened until the rooms are there, or open and catching up. */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gauge.h"
#include "load.h"
#include "plan.h"

#define ENOUGH 30000 /* milliseconds in which something comes, on any machine */

static struct times taken;
static bool over;
static long heard;

static void listen_until_over(struct member *member, void (*take)(const struct member *, const struct frame *)) {
    for (over = false; !over;) {
        struct pollfd one = {.fd = member->peer.fd, .events = POLLIN};
        struct frame frame;
        char *at, *end;
        if (poll(&one, 1, ENOUGH) != 1)
            fail("nothing comes any more");
        if (!receive(&member->peer, &at, &end))
            continue;
        while (next_frame(&member->peer, &at, end, &frame)) {
            if (begins(frame.data, frame.size, "{\"type\":\"problem\""))
                fail("refused: %.*s", (int)frame.size, frame.data);
            take(member, &frame);
        }
        keep(&member->peer, at, end);
    }
}

static void take_rooms(const struct member *member, const struct frame *frame) {
    static const char each[] = "\"last_number\":";
    int count = 0;
    if (!begins(frame->data, frame->size, "{\"type\":\"rooms\""))
        return;
    char *end = frame->data + frame->size;
    for (char *at = frame->data; (at = memmem(at, (size_t)(end - at), each, sizeof each - 1)); at++)
        count++;
    if (count != member->count)
        fail("%d rooms are there instead of %d", count, member->count);
    over = true;
}

void visit(void) {
    struct member *member = plan.members;
    double cpu = cpu_taken();
    for (int i = 0; i < plan.repeat; i++) {
        double begun = now();
        dial(&member->peer);
        ask_for_upgrade(&member->peer);
        listen_until_over(member, take_rooms);
        times_add(&taken, now() - begun);
        send_frame(&member->peer, CLOSE, "\x03\xe8", 2);
        hang_up(&member->peer);
    }
    printf("{\"cpu\": %.9f, ", cpu_taken() - cpu);
    times_print(&taken, "taken");
    puts("}");
}

static void take_missed(const struct member *member, const struct frame *frame) {
    static const char begin[] = "{\"type\":\"message.posted\",\"room\":";
    over |= begins(frame->data, frame->size, "{\"type\":\"caught-up\"");
    if (!begins(frame->data, frame->size, begin))
        return;
    char *rest;
    long room = strtol(frame->data + sizeof begin - 1, &rest, 10), seq = 0;
    if (begins(rest, 7, ",\"seq\":"))
        seq = strtol(rest + 7, NULL, 10);
    if (room != plan.rooms[0].id || seq != ++heard)
        fail("user %ld hears %ld instead of %ld", member->user, seq, heard);
}

void resume(void) {
    struct member *member = plan.members;
    const struct room *room = plan.rooms;
    gather(1);
    double cpu = cpu_taken();
    for (int i = 0; i < plan.repeat; i++) {
        double begun = now();
        heard = room->seq;
        send_text(&member->peer, "{\"do\":\"resume\",\"ref\":%d,\"rooms\":{\"%ld\":%ld}}", i, room->id, room->seq);
        listen_until_over(member, take_missed);
        times_add(&taken, now() - begun);
        if (heard != room->seq + plan.missed)
            fail("caught up with %ld of %ld messages", heard - room->seq, plan.missed);
    }
    printf("{\"cpu\": %.9f, ", cpu_taken() - cpu);
    times_print(&taken, "taken");
    puts("}");
}
