#define _GNU_SOURCE
#include "CSavedState.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int hl_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

static int hl_fail(int fd, int error) {
    close(fd);
    errno = error;
    return -1;
}

int hl_state_file(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) return -1;
    struct stat status;
    if (fstat(fd, &status) != 0) return hl_fail(fd, errno);
    if (!S_ISREG(status.st_mode)) return hl_fail(fd, EINVAL);
    /* It holds tokens: what an earlier owner or mask has left is mended. */
    if (fchmod(fd, 0600) != 0) return hl_fail(fd, errno);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) return hl_fail(fd, errno);
    return fd;
}

uint64_t hl_memory_file_size(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
}

int hl_memory_file_reserve(int fd, uint64_t from, uint64_t count) {
    int result;
    do result = fallocate(fd, 0, (off_t)from, (off_t)count);
    while (result != 0 && errno == EINTR);
    return result;
}

void hl_memory_file_clear(int fd, uint64_t from, uint64_t count) {
    fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)count);
}
