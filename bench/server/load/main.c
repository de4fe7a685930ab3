#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gauge.h"
#include "load.h"
#include "plan.h"

int main(int count, char **words) {
    static const struct {
        const char *name;
        void (*run)(void);
    } loads[] = {{"talk", talk}, {"ask", ask}, {"visit", visit}, {"resume", resume}, {"stay", stay}};
    for (size_t i = 0; count == 2 && i < sizeof loads / sizeof *loads; i++)
        if (strcmp(words[1], loads[i].name) == 0) {
            read_plan();
            loads[i].run();
            return 0;
        }
    fail("usage: load talk|ask|visit|resume|stay, with a plan on the standard input");
}
