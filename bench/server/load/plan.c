#define _GNU_SOURCE
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "gauge.h"

#define ENOUGH 120.0 /* seconds in which everybody is shown their rooms, on any machine */

struct plan plan = {.settle = 1.5, .enough = 30, .repeat = 1};

static void *one_more(void *all, int *count, size_t size) {
    /* Doubled whenever it is full: at every power of two. */
    if ((*count & (*count - 1)) == 0) {
        all = realloc(all, (*count ? 2 * (size_t)*count : 1) * size);
        if (!all)
            fail("no memory for the plan");
    }
    memset((char *)all + (size_t)*count * size, 0, size);
    ++*count;
    return all;
}

#define MORE(all, count) ((all) = one_more(all, &(count), sizeof *(all)), &(all)[(count) - 1])

static char *word(char **rest) {
    char *found = strsep(rest, " ");
    if (!found || !*found)
        fail("a value is missing in the plan");
    return found;
}

static long number(char **rest) { return strtol(word(rest), NULL, 10); }

static void add_room(char *rest) {
    struct room *room = MORE(plan.rooms, plan.room_count);
    room->id = number(&rest);
    room->seq = number(&rest);
}

static void add_member(char *rest) {
    struct member *member = MORE(plan.members, plan.member_count);
    member->peer.fd = -1;
    member->peer.port = (int)number(&rest);
    snprintf(member->peer.cookie, LONGEST_COOKIE, "%s", word(&rest));
    member->user = number(&rest);
    while (rest) {
        *MORE(member->rooms, member->count) = (int)number(&rest);
    }
    member->heard = calloc((size_t)member->count + 1, sizeof *member->heard);
    for (int i = 0; i < member->count; i++) {
        struct room *room = &plan.rooms[member->rooms[i]];
        member->heard[i] = room->seq;
        room->members++;
    }
}

static void add_voice(char *rest) {
    struct voice *voice = MORE(plan.voices, plan.voice_count);
    voice->member = (int)number(&rest);
    voice->room = (int)number(&rest);
}

static void add_request(char *rest) {
    struct request *request = MORE(plan.requests, plan.request_count);
    request->path = strdup(word(&rest));
    if (!rest)
        return;
    FILE *file = fopen(rest, "r");
    if (!file)
        fail("%s cannot be read", rest);
    request->answer = malloc(MOST_READ);
    request->size = fread(request->answer, 1, MOST_READ, file);
    request->answer = realloc(request->answer, request->size + 1);
    fclose(file);
}

static void take(const char *name, char *rest) {
    if (!strcmp(name, "watch"))
        watch((pid_t)number(&rest));
    else if (!strcmp(name, "seconds"))
        plan.seconds = atof(rest);
    else if (!strcmp(name, "warm"))
        plan.warm = atof(rest);
    else if (!strcmp(name, "settle"))
        plan.settle = atof(rest);
    else if (!strcmp(name, "enough"))
        plan.enough = atof(rest);
    else if (!strcmp(name, "rate"))
        plan.rate = atof(rest);
    else if (!strcmp(name, "window"))
        plan.window = atoi(rest);
    else if (!strcmp(name, "repeat"))
        plan.repeat = atoi(rest);
    else if (!strcmp(name, "missed"))
        plan.missed = atol(rest);
    else if (!strcmp(name, "until"))
        plan.until_heard = !strcmp(rest, "heard");
    else if (!strcmp(name, "prefix"))
        snprintf(plan.prefix, sizeof plan.prefix, "%s", rest);
    else if (!strcmp(name, "text"))
        snprintf(plan.text, sizeof plan.text, "%s", rest);
    else if (!strcmp(name, "acks"))
        snprintf(plan.acks, sizeof plan.acks, "%s", rest);
    else if (!strcmp(name, "room"))
        add_room(rest);
    else if (!strcmp(name, "member"))
        add_member(rest);
    else if (!strcmp(name, "voice"))
        add_voice(rest);
    else if (!strcmp(name, "get"))
        add_request(rest);
    else
        fail("the plan says %s", name);
}

void read_plan(void) {
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    while ((size = getline(&line, &room, stdin)) > 0) {
        char *rest = line;
        line[size - 1] = '\0';
        char *name = strsep(&rest, " ");
        if (!rest)
            fail("nothing is said of %s", name);
        take(name, rest);
    }
    free(line);
}

/* Whether the rooms have come; nothing else than the beginning may. */
static bool take_beginning(struct member *member) {
    char *at, *end;
    struct frame frame;
    if (!receive(&member->peer, &at, &end))
        return false;
    while (next_frame(&member->peer, &at, end, &frame)) {
        if (begins(frame.data, frame.size, "{\"type\":\"problem\""))
            fail("refused at the beginning: %.*s", (int)frame.size, frame.data);
        member->shown |= begins(frame.data, frame.size, "{\"type\":\"rooms\"");
    }
    keep(&member->peer, at, end);
    return member->shown;
}

void gather(int at_once) {
    int poll = epoll_create1(0), dialled = 0, shown = 0;
    double begun = now();
    while (shown < plan.member_count) {
        struct epoll_event events[64];
        while (dialled < plan.member_count && dialled - shown < at_once) {
            struct peer *peer = &plan.members[dialled].peer;
            struct epoll_event event = {.events = EPOLLIN, .data.u32 = (unsigned)dialled++};
            dial(peer);
            ask_for_upgrade(peer);
            epoll_ctl(poll, EPOLL_CTL_ADD, peer->fd, &event);
        }
        int count = epoll_wait(poll, events, 64, 1000);
        for (int i = 0; i < count; i++) {
            struct member *member = &plan.members[events[i].data.u32];
            bool before = member->shown;
            shown += take_beginning(member) && !before;
        }
        if (now() - begun > ENOUGH)
            fail("%d of %d were shown their rooms within %.0f seconds", shown, plan.member_count, ENOUGH);
    }
    close(poll);
}
