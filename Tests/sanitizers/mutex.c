/* Where two threads meet at a Synchronization.Mutex, its slow way in the standard library takes and gives the lock, and
   ThreadSanitizer, which sees only what is compiled with it, takes what the lock guards for a race. Loaded before the
   standard library, this tells it, and goes that way. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

/* Weak: other programs of a test are started with this as well. */
void __tsan_acquire(void *mutex) __attribute__((weak));
void __tsan_release(void *mutex) __attribute__((weak));

SWIFT void hl_lock(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT void hl_unlock(SELF void *mutex) __asm__(UNLOCK);

SWIFT void hl_lock(uint32_t thread, SELF void *mutex) {
    SWIFT void (*lock)(uint32_t, SELF void *) = dlsym(RTLD_NEXT, LOCK);
    lock(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT void hl_unlock(SELF void *mutex) {
    SWIFT void (*unlock)(SELF void *) = dlsym(RTLD_NEXT, UNLOCK);
    if (__tsan_release) __tsan_release(mutex);
    unlock(mutex);
}
