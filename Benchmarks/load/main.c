/* load: one thread that keeps a relay on this machine busy, and what that costs the relay.
 *
 *     load SCENARIO RELAY PORT PID SECONDS COUNT [CA]
 *
 *     requests   COUNT connections ask for /healthz, each again as soon as it is answered
 *     messages   COUNT pairs hold their polls and post candidates to each other, as fast as they are taken
 *     calls      COUNT calls at once: two dials, offer, answer, 16 candidates, two leaves, and the next call
 *     waiters    COUNT held polls and nothing else, for SECONDS
 *
 * RELAY is what listens at 127.0.0.1:PORT: `holdline`, or `nchan` (not for calls), with a channel for each peer under
 * /publish and /subscribe. Its costs are those of process PID and all its descendants.
 *
 * With CA, the file of the authority that the relay's certificate is from, all of it goes over TLS.
 *
 * Prints one line of JSON. The exit status is 1 if anything went wrong. */
#include "load.h"
#include <stdarg.h>

static const double WARM_UP = 0.5, DRAINING = 5; /* seconds */
enum { ERRORS_SHOWN = 5 };

bool nchan, stopping;
int port, server;
double seconds;
long count;
unsigned long operations, pending;

static const char *scenario;
static unsigned long errors;

void complain(const char *format, ...) {
    if (++errors > ERRORS_SHOWN) return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void *allocate(long number, size_t size) {
    void *memory = calloc((size_t)number, size);
    if (!memory) fail("out of memory");
    return memory;
}

void report(double elapsed, double cpu, long bytes) {
    printf("{\"scenario\": \"%s\", \"operations\": %lu, \"seconds\": %.4f, \"cpu_seconds\": %.6f, \"bytes\": %ld, "
           "\"resident\": %ld, \"errors\": %lu}\n", scenario, operations, elapsed, cpu, bytes, resident_bytes(), errors);
}

void measure(void) {
    run_for(WARM_UP);
    operations = 0;
    double cpu = cpu_seconds(), start = now();
    run_for(seconds);
    double elapsed = now() - start;
    cpu = cpu_seconds() - cpu;
    unsigned long measured = operations;
    if (measured == 0) fail("nothing was done in %.1f seconds", elapsed);
    stopping = true;
    for (double end = now() + DRAINING; pending > 0 && now() < end;) turn();
    if (pending > 0) complain("%lu %s never came to their end", pending, scenario);
    operations = measured;
    report(elapsed, cpu, 0);
}

int main(int arguments, char **argument) {
    static const struct {
        const char *name;
        void (*run)(void);
        bool for_nchan;
    } scenarios[] = {{"requests", requests, true}, {"messages", messages, true}, {"calls", calls, false},
                     {"waiters", waiters, true}};
    if (arguments != 7 && arguments != 8) fail("usage: load SCENARIO holdline|nchan PORT PID SECONDS COUNT [CA]");
    scenario = argument[1];
    nchan = strcmp(argument[2], "nchan") == 0;
    port = atoi(argument[3]);
    server = atoi(argument[4]);
    seconds = atof(argument[5]);
    count = atol(argument[6]);
    if (arguments == 8) use_tls(argument[7]);
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        if (strcmp(scenario, scenarios[i].name) != 0) continue;
        if (nchan && !scenarios[i].for_nchan) fail("nchan has no %s", scenario);
        scenarios[i].run();
        return errors > 0;
    }
    fail("no scenario \"%s\"", scenario);
}
