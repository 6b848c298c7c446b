/* Dispatch gives its threads priorities, some better than the ordinary one. A service may not do that, and each refusal
   would be a line of Dispatch's own in the journal. A daemon whose threads wait most of the time has no use for any: this
   takes the place of the C library's function within the program. */
int setpriority(int which, unsigned int who, int priority);

int setpriority(int which, unsigned int who, int priority) {
    (void)which;
    (void)who;
    (void)priority;
    return 0;
}
