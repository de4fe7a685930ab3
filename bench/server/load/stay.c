/* Many connections that nobody uses: what each holds of memory, and what all of them take of a core. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/epoll.h>

#include "gauge.h"
#include "load.h"
#include "plan.h"

static void listen_until(int all, double until) {
    struct epoll_event events[256];
    struct frame frame;
    char *at, *end;
    for (double left; (left = until - now()) > 0;) {
        int count = epoll_wait(all, events, 256, (int)(left * 1e3) + 1);
        for (int i = 0; i < count; i++) {
            struct peer *peer = &plan.members[events[i].data.u32].peer;
            if (!receive(peer, &at, &end))
                continue;
            while (next_frame(peer, &at, end, &frame))
                ;
            keep(peer, at, end);
        }
    }
}

void stay(void) {
    int all = epoll_create1(0);
    double held = memory_held(), begun = now();
    gather(50);
    double gathered = now() - begun;
    for (int i = 0; i < plan.member_count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (unsigned)i};
        epoll_ctl(all, EPOLL_CTL_ADD, plan.members[i].peer.fd, &event);
    }
    listen_until(all, now() + plan.settle);
    double cpu = cpu_taken(), from = now();
    listen_until(all, from + plan.seconds);
    double seconds = now() - from;
    printf("{\"seconds\": %.6f, \"cpu\": %.9f, \"connections\": %d, \"gathered\": %.3f, \"memory\": %.0f}\n", seconds,
           cpu_taken() - cpu, plan.member_count, gathered, memory_held() - held);
}
