/*
 * People in rooms: some post, all hear. Every frame is looked at.
 *
 * Of a post the first one who hears it is compared with what was sent, and all others, byte for byte, with the first
 * one. Each member of a room hears seq after seq without a gap; in the end everybody has heard everything, and every
 * post is acknowledged with the seq by which it was heard.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "gauge.h"
#include "load.h"
#include "plan.h"

/* A post as it was heard first. */
struct said {
    char *frame;
    uint32_t size, post;
    int heard;
};

/* A post as it was sent; what it was told, 0 as long as it was not. */
struct post {
    double sent;
    int voice;
    long acked, number, heard;
};

static struct said **said; /* of each room, by seq beyond its first */
static size_t *said_room;
static struct post *posts;
static size_t post_count, post_room, done_count;
static uint64_t deliveries, acknowledgements;
static int next_voice;
static bool posting, measuring;
static struct times taken;

static void post(int voice, double sent) {
    struct voice *by = &plan.voices[voice];
    if (post_count == post_room) {
        post_room = post_room ? 2 * post_room : 65536;
        posts = realloc(posts, post_room * sizeof *posts);
        if (!posts)
            fail("no memory for posts");
    }
    posts[post_count] = (struct post){.sent = sent, .voice = voice};
    send_text(&plan.members[by->member].peer, "{\"do\":\"post\",\"ref\":%zu,\"room\":%ld,\"key\":\"%s%zu\",\"text\":\"%s\"}",
              post_count, plan.rooms[by->room].id, plan.prefix, post_count, plan.text);
    post_count++;
}

static void post_by_turns(double sent) {
    post(next_voice, sent);
    next_voice = (next_voice + 1) % plan.voice_count;
}

static struct said *get_said(int room, long seq) {
    size_t index = (size_t)(seq - plan.rooms[room].seq - 1);
    if (index >= said_room[room]) {
        size_t more = said_room[room] ? 2 * said_room[room] : 256;
        while (index >= more)
            more *= 2;
        said[room] = realloc(said[room], more * sizeof **said);
        if (!said[room])
            fail("no memory for what was said");
        memset(said[room] + said_room[room], 0, (more - said_room[room]) * sizeof **said);
        said_room[room] = more;
    }
    return &said[room][index];
}


/* The post is no longer on its way: there is room for the next one. */
static void release(const struct post *one) {
    double at = now();
    if (measuring)
        times_add(&taken, at - one->sent);
    if (!posting || plan.rate > 0)
        return;
    if (plan.until_heard)
        post_by_turns(at);
    else
        post(one->voice, at);
}

static bool is_done(const struct post *one) {
    int room = plan.voices[one->voice].room;
    return one->acked && one->heard && get_said(room, one->heard)->heard == plan.rooms[room].members;
}

static void note_if_done(size_t number) {
    /* A copy: the next post may move them all. */
    struct post one = posts[number];
    if (!is_done(&one))
        return;
    done_count++;
    if (plan.until_heard)
        release(&one);
}

static long value(const char *data, size_t size, const char *name) {
    char *found = memmem(data, size, name, strlen(name));
    if (!found)
        fail("%s is missing in %.*s", name, (int)size, data);
    return strtol(found + strlen(name), NULL, 10);
}

static bool holds(const char *data, size_t size, const char *text) {
    return memmem(data, size, text, strlen(text)) != NULL;
}

static void take_answer(const struct frame *frame) {
    size_t number = (size_t)value(frame->data, frame->size, "\"ref\":");
    if (number >= post_count || posts[number].acked)
        fail("nobody waits for %.*s", (int)frame->size, frame->data);
    struct post *one = &posts[number];
    one->acked = value(frame->data, frame->size, "\"seq\":");
    one->number = value(frame->data, frame->size, "\"number\":");
    acknowledgements++;
    if (!plan.until_heard) {
        struct post copy = *one;
        release(&copy);
    }
    note_if_done(number);
}

/* Which of our posts it is, as somebody hears it first. */
static uint32_t recognise(int room, const struct frame *frame) {
    char expected[64];
    char *key = memmem(frame->data, frame->size, "\"key\":\"", 7);
    size_t length = strlen(plan.prefix);
    if (!key || strncmp(key + 7, plan.prefix, length) != 0)
        fail("this was not posted: %.*s", (int)frame->size, frame->data);
    size_t number = strtoul(key + 7 + length, NULL, 10);
    if (number >= post_count || posts[number].heard)
        fail("post %zu was not sent, or comes again", number);
    struct voice *voice = &plan.voices[posts[number].voice];
    snprintf(expected, sizeof expected, "\"author\":%ld,", plan.members[voice->member].user);
    if (voice->room != room || !holds(frame->data, frame->size, expected) || !holds(frame->data, frame->size, plan.text))
        fail("this is not what was posted: %.*s", (int)frame->size, frame->data);
    return (uint32_t)number;
}

static int find_room(const struct member *member, long id, const struct frame *frame) {
    for (int i = 0; i < member->count; i++)
        if (plan.rooms[member->rooms[i]].id == id)
            return i;
    fail("this was not for user %ld: %.*s", member->user, (int)frame->size, frame->data);
}

static void take_message(struct member *member, const struct frame *frame) {
    static const char room_name[] = "{\"type\":\"message.posted\",\"room\":", seq_name[] = ",\"seq\":";
    char *rest = NULL;
    int place = find_room(member, strtol(frame->data + sizeof room_name - 1, &rest, 10), frame);
    int room = member->rooms[place];
    long seq = begins(rest, 8, seq_name) ? strtol(rest + sizeof seq_name - 1, NULL, 10) : 0;
    if (seq != ++member->heard[place])
        fail("user %ld hears %ld instead of %ld in room %ld", member->user, seq, member->heard[place],
             plan.rooms[room].id);
    struct said *as = get_said(room, seq);
    if (!as->frame) {
        *as = (struct said){malloc(frame->size), (uint32_t)frame->size, recognise(room, frame), 0};
        memcpy(as->frame, frame->data, frame->size);
        posts[as->post].heard = seq;
    } else if (as->size != frame->size || memcmp(as->frame, frame->data, frame->size) != 0) {
        fail("two members hear seq %ld of room %ld differently", seq, plan.rooms[room].id);
    }
    deliveries++;
    if (++as->heard == plan.rooms[room].members)
        note_if_done(as->post);
}

static void take_frame(struct member *member, const struct frame *frame) {
    static const char *const passing[] = {"{\"type\":\"read\"", "{\"type\":\"presence\"", "{\"type\":\"seen\""};
    if (begins(frame->data, frame->size, "{\"type\":\"message.posted\",\"room\":")) {
        take_message(member, frame);
        return;
    }
    if (begins(frame->data, frame->size, "{\"type\":\"ok\"")) {
        take_answer(frame);
        return;
    }
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (begins(frame->data, frame->size, passing[i]))
            return;
    fail("user %ld is told %.*s", member->user, (int)frame->size, frame->data);
}

static void listen_to(struct member *member) {
    char *at, *end;
    struct frame frame;
    if (!receive(&member->peer, &at, &end))
        return;
    while (next_frame(&member->peer, &at, end, &frame))
        take_frame(member, &frame);
    keep(&member->peer, at, end);
}

static int poll_all(void) {
    int all = epoll_create1(0);
    for (int i = 0; i < plan.member_count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (unsigned)i};
        epoll_ctl(all, EPOLL_CTL_ADD, plan.members[i].peer.fd, &event);
    }
    return all;
}

/* Until something comes, or so many seconds have passed. */
static void listen_for(int all, double seconds) {
    struct epoll_event events[512];
    struct pollfd one = {.fd = all, .events = POLLIN};
    struct timespec most = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    if (seconds > 0 && ppoll(&one, 1, &most, NULL) <= 0)
        return;
    int count = epoll_wait(all, events, 512, 0);
    for (int i = 0; i < count; i++)
        listen_to(&plan.members[events[i].data.u32]);
}

static void listen_until(int all, double until) {
    for (double left; (left = until - now()) > 0;)
        listen_for(all, left);
}

/* At the rate from a moment on, or as fast as what is on its way lets. */
static void talk_until(int all, double *due, double until) {
    if (plan.rate <= 0) {
        listen_until(all, until);
        return;
    }
    for (double at; (at = now()) < until;) {
        for (; *due <= at; *due += 1 / plan.rate)
            post_by_turns(*due);
        listen_for(all, (*due < until ? *due : until) - at);
    }
}

static void drain(int all) {
    double begun = now();
    posting = false;
    while (done_count < post_count) {
        listen_for(all, 0.1);
        if (now() - begun > plan.enough)
            fail("lost: %zu of %zu posts were not acknowledged or not heard by all", post_count - done_count, post_count);
    }
    /* What is doubled would come now. */
    listen_until(all, now() + 0.2);
}

static long last_heard(int room) {
    long last = plan.rooms[room].seq;
    while ((size_t)(last - plan.rooms[room].seq) < said_room[room] && get_said(room, last + 1)->frame)
        last++;
    return last;
}

static void check(void) {
    for (size_t i = 0; i < post_count; i++)
        if (posts[i].acked != posts[i].heard)
            fail("post %zu was acknowledged as %ld and heard as %ld", i, posts[i].acked, posts[i].heard);
    for (int i = 0; i < plan.member_count; i++)
        for (int j = 0; j < plan.members[i].count; j++) {
            int room = plan.members[i].rooms[j];
            if (plan.members[i].heard[j] != last_heard(room))
                fail("user %ld has not heard all", plan.members[i].user);
        }
}

static void write_acks(void) {
    FILE *file = fopen(plan.acks, "w");
    for (size_t i = 0; file && i < post_count; i++)
        fprintf(file, "%s%zu %ld %ld\n", plan.prefix, i, plan.rooms[plan.voices[posts[i].voice].room].id, posts[i].number);
    if (!file || fclose(file) != 0)
        fail("%s cannot be written", plan.acks);
}

void talk(void) {
    said = calloc((size_t)plan.room_count, sizeof *said);
    said_room = calloc((size_t)plan.room_count, sizeof *said_room);
    gather(64);
    int all = poll_all();
    listen_until(all, now() + plan.settle);
    posting = true;
    double due = now(), begin = due + plan.warm, whole = cpu_taken();
    for (int i = 0; plan.rate <= 0 && i < plan.window; i++)
        post_by_turns(due);
    talk_until(all, &due, begin);
    double from = now(), cpu = cpu_taken(), own = own_cpu();
    uint64_t told = deliveries, answered = acknowledgements;
    measuring = true;
    talk_until(all, &due, begin + plan.seconds);
    double seconds = now() - from;
    cpu = cpu_taken() - cpu;
    own = own_cpu() - own;
    told = deliveries - told;
    answered = acknowledgements - answered;
    measuring = false;
    drain(all);
    whole = cpu_taken() - whole;
    check();
    write_acks();
    printf("{\"seconds\": %.6f, \"cpu\": %.9f, \"load\": %.3f, \"deliveries\": %llu, \"posts\": %llu, \"posted\": %zu, ", seconds, cpu,
           own / seconds, (unsigned long long)told, (unsigned long long)answered, post_count);
    /* To the last delivery: what was left to do when the time was over counts as well. */
    printf("\"whole_cpu\": %.9f, \"heard\": %llu, ", whole, (unsigned long long)deliveries);
    times_print(&taken, "taken");
    puts("}");
}
