/* Clients that ask over HTTP, each one thing at a time. Every answer is compared with what it must be. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "gauge.h"
#include "load.h"
#include "plan.h"

#define ENOUGH 30.0 /* seconds in which an answer comes, on any machine */

/* What a client waits for: since when, and the number of the request. */
struct waiting {
    double since;
    size_t number;
};

static struct waiting *waiting; /* of each member */
static size_t asked, answered;
static bool asking, measuring;
static uint64_t counted;
static struct times taken;
static FILE *acks;

static void ask_for_page(struct member *member, const struct request *request) {
    char head[2048];
    int size = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n", request->path,
                        member->peer.port, member->peer.cookie);
    send_all(&member->peer, head, (size_t)size);
}

static void ask_to_post(struct member *member, size_t number) {
    char head[4096], body[3072];
    int length = snprintf(body, sizeof body, "{\"key\":\"%s%zu\",\"text\":\"%s\"}", plan.prefix, number, plan.text);
    int size = snprintf(head, sizeof head,
                        "POST /api/v1/rooms/%ld/messages HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n"
                        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                        plan.rooms[member->rooms[0]].id, member->peer.port, member->peer.cookie, length, body);
    if (size >= (int)sizeof head)
        fail("a request is too long");
    send_all(&member->peer, head, (size_t)size);
}

/* By turns, or all that are asked for: some client asks for each. */
static const struct request *get_request(size_t number) {
    return &plan.requests[number % (size_t)plan.request_count];
}

static void ask_next(int client) {
    struct member *member = &plan.members[client];
    waiting[client] = (struct waiting){now(), asked++};
    if (plan.request_count)
        ask_for_page(member, get_request(waiting[client].number));
    else
        ask_to_post(member, waiting[client].number);
}

static void check_page(size_t number, int status, const char *body, size_t size) {
    const struct request *request = get_request(number);
    if (status != 200 || size != request->size || memcmp(body, request->answer, size) != 0)
        fail("%s is answered with %d and other words: %.*s", request->path, status, (int)size, body);
}

static void note_post(const struct member *member, size_t number, int status, const char *body, size_t size) {
    static const char name[] = "{\"number\":";
    if (status != 201 || !begins(body, size, name))
        fail("post %zu is answered with %d: %.*s", number, status, (int)size, body);
    fprintf(acks, "%s%zu %ld %ld\n", plan.prefix, number, plan.rooms[member->rooms[0]].id,
            strtol(body + sizeof name - 1, NULL, 10));
}

static void take_answer(int client) {
    struct member *member = &plan.members[client];
    char *at, *end, *body;
    size_t size;
    if (!receive(&member->peer, &at, &end))
        return;
    int status = next_answer(&at, end, &body, &size);
    if (!status) {
        keep(&member->peer, at, end);
        return;
    }
    if (at != end)
        fail("more than an answer came");
    answered++;
    counted += measuring;
    if (measuring)
        times_add(&taken, now() - waiting[client].since);
    if (plan.request_count)
        check_page(waiting[client].number, status, body, size);
    else
        note_post(member, waiting[client].number, status, body, size);
    if (asking)
        ask_next(client);
}

static void take_answers(int all, double until) {
    struct epoll_event events[256];
    for (double left; (left = until - now()) > 0 && (asking || answered < asked);) {
        int count = epoll_wait(all, events, 256, (int)(left * 1e3) + 1);
        for (int i = 0; i < count; i++)
            take_answer((int)events[i].data.u32);
    }
}

static int dial_all(void) {
    int all = epoll_create1(0);
    for (int i = 0; i < plan.member_count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (unsigned)i};
        dial(&plan.members[i].peer);
        epoll_ctl(all, EPOLL_CTL_ADD, plan.members[i].peer.fd, &event);
    }
    return all;
}

void ask(void) {
    waiting = calloc((size_t)plan.member_count, sizeof *waiting);
    if (!plan.request_count && !(acks = fopen(plan.acks, "w")))
        fail("%s cannot be written", plan.acks);
    int all = dial_all();
    asking = true;
    double begin = now() + plan.warm;
    for (int i = 0; i < plan.member_count; i++)
        ask_next(i);
    take_answers(all, begin);
    double from = now(), cpu = cpu_taken(), own = own_cpu();
    measuring = true;
    take_answers(all, begin + plan.seconds);
    double seconds = now() - from;
    cpu = cpu_taken() - cpu;
    own = own_cpu() - own;
    measuring = asking = false;
    take_answers(all, now() + ENOUGH);
    if (answered < asked)
        fail("%zu requests were not answered", asked - answered);
    if (acks && fclose(acks) != 0)
        fail("%s cannot be written", plan.acks);
    printf("{\"seconds\": %.6f, \"cpu\": %.9f, \"load\": %.3f, \"answers\": %llu, \"posted\": %zu, ", seconds, cpu,
           own / seconds, (unsigned long long)counted, acks ? answered : 0);
    times_print(&taken, "taken");
    puts("}");
}
