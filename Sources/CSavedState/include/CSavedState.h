/* The system calls of memory that outlives its process, and the order of its writes. */
#pragma once
#include <stdint.h>

/* A file of no disk and no name (memfd_create(2)), empty. -1 with errno where it fails. */
int hl_memory_file(const char *name);
/* The file at `path`, for its owner alone, made if it is not there, and locked (flock(2)). -1 with errno: EWOULDBLOCK where
   another process has it, EINVAL where it is no regular file. */
int hl_state_file(const char *path);
/* The size of either; 0 if it is none. */
uint64_t hl_memory_file_size(int fd);
/* Sees to it that there is memory, or room on the disk, for a part. 0, or -1 with errno. */
int hl_memory_file_reserve(int fd, uint64_t from, uint64_t count);
/* Gives a part back; it reads as zeros then. */
void hl_memory_file_clear(int fd, uint64_t from, uint64_t count);

/* A number in memory that another process may map: what was written before it is there for whoever reads it. */
static inline void hl_commit(uint64_t *to, uint64_t number) { __atomic_store_n(to, number, __ATOMIC_RELEASE); }
static inline uint64_t hl_committed(const uint64_t *from) { return __atomic_load_n(from, __ATOMIC_ACQUIRE); }
