/* load: one thread that keeps a relay on this machine busy, and what that costs the relay. `load --help` says more. */
#include "load.h"
#include <getopt.h>
#include <stdarg.h>
#include <sys/prctl.h>

static const char usage[] =
    "usage: load SCENARIO --port PORT --server PID [OPTION]…\n"
    "\n"
    "  requests    --count connections ask for /healthz, each again as soon as it is answered\n"
    "  messages    --count pairs hold their polls and post candidates to each other; a sender's next one follows when\n"
    "              the last has been read\n"
    "  paced       the same pairs, --rate messages a second, whatever the answers take\n"
    "  calls       --count calls at once: two dials, offer, answer, 16 candidates one by one, two leaves; and so on\n"
    "  waiters     --count clients, in pairs, hold their polls\n"
    "  wake        the same, and then each is sent one message, as fast as these are taken\n"
    "\n"
    "  --port N, --server PID     where the relay listens, on 127.0.0.1; its process, which is measured with all of\n"
    "                             its descendants\n"
    "  --relay holdline|nchan     what it speaks; nchan has a channel for each peer, and no dial\n"
    "  --count N, --seconds S     how many, and for how long\n"
    "  --warm-up S, --settle S    seconds before CPU is measured, and before memory is\n"
    "  --strangers N              further clients that hold a poll from before until after\n"
    "  --rate N                   messages a second (paced)\n"
    "  --fresh                    new connections for each call\n"
    "  --authority FILE           all of it over TLS, to a server with a certificate from there\n"
    "\n"
    "Prints one line of JSON. The exit status is 1 if anything went wrong: a message that is lost, repeated, out of\n"
    "order or in the wrong call is an error.\n";

static const double DRAINING = 5; /* seconds */
static const int TIMER_SLACK = 1000; /* nanoseconds that a wait may end late, instead of the kernel's 50,000 */
enum { ERRORS_SHOWN = 5, FIGURES = 32 };

struct options asked = {.seconds = 2, .warm_up = 1, .settle = 2, .count = 100, .rate = 1000};
bool stopping;
unsigned long operations, pending;

static unsigned long errors;
static struct {
    const char *name;
    double value;
} figures[FIGURES];
static int noted;

void complain(const char *format, ...) {
    if (++errors > ERRORS_SHOWN) return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void *allocate(long number, size_t size) {
    void *memory = calloc((size_t)(number > 0 ? number : 1), size);
    if (!memory) fail("out of memory");
    return memory;
}

void note(const char *name, double value) {
    if (noted == FIGURES) fail("more than %d figures", FIGURES);
    figures[noted].name = name;
    figures[noted++].value = value;
}

void measure(void) {
    run_for(asked.warm_up);
    unsigned long before = operations;
    operations = 0;
    double cpu = cpu_seconds(), start = now();
    run_for(asked.seconds);
    for (double end = now() + DRAINING; operations == 0 && now() < end;) turn(end); /* a slow machine, a short time */
    double elapsed = now() - start;
    cpu = cpu_seconds() - cpu;
    unsigned long measured = operations;
    if (measured == 0) fail("nothing was done in %.1f seconds", elapsed);
    stopping = true;
    for (double end = now() + DRAINING; pending > 0 && now() < end;) turn(end);
    if (pending > 0) complain("%lu never came to their end", pending);
    note("operations", (double)measured);
    note("all_operations", (double)(before + operations)); /* before and after the measurement as well */
    note("seconds", elapsed);
    note("cpu_seconds", cpu);
}

static void print_report(const char *scenario) {
    printf("{\"scenario\": \"%s\"", scenario);
    for (int i = 0; i < noted; i++) printf(", \"%s\": %.9g", figures[i].name, figures[i].value);
    printf(", \"errors\": %lu}\n", errors);
}

static void read_options(int count, char **arguments) {
    enum { PORT = 1, SERVER, RELAY, COUNT, SECONDS, WARM_UP, SETTLE, STRANGERS, RATE, FRESH, AUTHORITY, HELP };
    static const struct option known[] = {
        {"port", required_argument, NULL, PORT}, {"server", required_argument, NULL, SERVER},
        {"relay", required_argument, NULL, RELAY}, {"count", required_argument, NULL, COUNT},
        {"seconds", required_argument, NULL, SECONDS}, {"warm-up", required_argument, NULL, WARM_UP},
        {"settle", required_argument, NULL, SETTLE}, {"strangers", required_argument, NULL, STRANGERS},
        {"rate", required_argument, NULL, RATE}, {"fresh", no_argument, NULL, FRESH},
        {"authority", required_argument, NULL, AUTHORITY}, {"help", no_argument, NULL, HELP}, {0}};
    for (int option; (option = getopt_long(count, arguments, "", known, NULL)) != -1;) switch (option) {
        case PORT: asked.port = atoi(optarg); break;
        case SERVER: asked.server = atoi(optarg); break;
        case RELAY:
            asked.nchan = strcmp(optarg, "nchan") == 0;
            if (!asked.nchan && strcmp(optarg, "holdline") != 0) fail("--relay: neither holdline nor nchan");
            break;
        case COUNT: asked.count = atol(optarg); break;
        case SECONDS: asked.seconds = atof(optarg); break;
        case WARM_UP: asked.warm_up = atof(optarg); break;
        case SETTLE: asked.settle = atof(optarg); break;
        case STRANGERS: asked.strangers = atol(optarg); break;
        case RATE: asked.rate = atof(optarg); break;
        case FRESH: asked.fresh = true; break;
        case AUTHORITY: use_tls(optarg); break;
        case HELP: fputs(usage, stdout); exit(0);
        default: fputs(usage, stderr); exit(2);
        }
    if (asked.port <= 0 || asked.server <= 0 || asked.count <= 0 || asked.rate <= 0 || optind + 1 != count)
        fputs(usage, stderr), exit(2);
}

int main(int count, char **arguments) {
    static const struct {
        const char *name;
        void (*run)(void);
    } scenarios[] = {{"requests", requests}, {"messages", messages}, {"paced", paced},
                     {"calls", calls}, {"waiters", waiters}, {"wake", wake}};
    read_options(count, arguments);
    prctl(PR_SET_TIMERSLACK, TIMER_SLACK);
    const char *scenario = arguments[optind];
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        if (strcmp(scenario, scenarios[i].name) != 0) continue;
        note("resident_before", (double)resident_bytes());
        if (asked.strangers > 0) park(asked.strangers);
        scenarios[i].run();
        note("resident", (double)resident_bytes());
        print_report(scenario);
        return errors > 0;
    }
    fail("no scenario \"%s\"", scenario);
}
