/* What is to be done: lines on the standard input, a word and its values each. */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "wire.h"

/* `seq`: of its last event before the run. */
struct room {
    long id, seq;
    int members; /* peers that hear it */
};

struct member {
    struct peer peer;
    long user;
    bool shown;  /* the list of rooms has come */
    int count;   /* of the rooms that they are in */
    int *rooms;  /* indexes */
    long *heard; /* up to which seq, of each of them */
};

/* Who posts where. */
struct voice {
    int member, room;
};

/* `answer`: the body that must come back, if it is known. */
struct request {
    char *path, *answer;
    size_t size;
};

struct plan {
    double seconds, warm, rate;
    double settle; /* seconds after which nobody is told any more who has come */
    long missed; /* messages, by who catches up */
    double enough; /* seconds in which everything on its way arrives, on any machine */
    int window, repeat;
    bool until_heard; /* a post is on its way until all have heard it; else until it is acknowledged */
    char prefix[48];  /* of the keys */
    char text[2048];
    char acks[512]; /* the file that acknowledgements go to */
    struct room *rooms;
    struct member *members;
    struct voice *voices;
    struct request *requests;
    int room_count, member_count, voice_count, request_count;
};

extern struct plan plan;

void read_plan(void);

/* Dials all members, `at_once` of them at a time, and waits until each is shown their rooms. */
void gather(int at_once);

#endif
