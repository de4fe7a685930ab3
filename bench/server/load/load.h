/* What a load can be, each by the plan, each printing one line of JSON. */
#ifndef LOAD_H
#define LOAD_H

void talk(void);
void ask(void);
void visit(void);
void resume(void);
void stay(void);

#endif
