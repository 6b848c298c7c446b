/* What the server costs: the clocks and the memory of its process and of all that it started. */
#include "load.h"
#include <glob.h>
#include <time.h>

enum { PROCESSES = 64 }; /* of one server, at most */

static int add_descendants(int pid, int *all, int known) {
    if (known == PROCESSES) fail("the server has more than %d processes", PROCESSES);
    all[known++] = pid;
    char pattern[64];
    snprintf(pattern, sizeof pattern, "/proc/%d/task/*/children", pid);
    glob_t lists;
    if (glob(pattern, 0, NULL, &lists) != 0) return known;
    for (size_t i = 0; i < lists.gl_pathc; i++) {
        FILE *list = fopen(lists.gl_pathv[i], "r");
        for (int child; list && fscanf(list, "%d", &child) == 1;) known = add_descendants(child, all, known);
        if (list) fclose(list);
    }
    globfree(&lists);
    return known;
}

/* By the processes' CPU clocks: nanoseconds, threads that have ended included. */
double cpu_seconds(void) {
    int all[PROCESSES];
    double sum = 0;
    for (int i = add_descendants(asked.server, all, 0); i-- > 0;) {
        clockid_t clock;
        struct timespec time;
        if (clock_getcpuclockid(all[i], &clock) != 0 || clock_gettime(clock, &time) != 0)
            fail("process %d has no CPU clock: did the server end?", all[i]);
        sum += (double)time.tv_sec + (double)time.tv_nsec / 1e9;
    }
    return sum;
}

/* Resident memory; a page that several processes share counts once (Pss). */
long resident_bytes(void) {
    int all[PROCESSES];
    long sum = 0;
    for (int i = add_descendants(asked.server, all, 0); i-- > 0;) {
        char path[64], line[256];
        snprintf(path, sizeof path, "/proc/%d/smaps_rollup", all[i]);
        FILE *file = fopen(path, "r");
        long kilobytes = -1;
        while (file && kilobytes < 0 && fgets(line, sizeof line, file)) sscanf(line, "Pss: %ld", &kilobytes);
        if (file) fclose(file);
        if (kilobytes < 0) fail("cannot read Pss from %s", path);
        sum += kilobytes * 1024;
    }
    return sum;
}

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}
