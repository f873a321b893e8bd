/*
 * Stands between a node and its files (LD_PRELOAD) and remembers what was written and not synced,
 * so that the testing process can take it back after SIGKILL: together a power cut. Also lets
 * syncing fail, take long, or lie. Decision 0031 says what it covers and what it leaves out.
 *
 * - Only files below HOLDFAST_DISK_ROOT are looked at; they are known by inode, so other names,
 *   other descriptors and hard links are the same file.
 * - Before a file is changed, what the change destroys goes into the file's journal,
 *   HOLDFAST_DISK_JOURNALS/<inode>. Journal and change happen under the file's lock, so undoing a
 *   journal's records from the last to the first gives what was there at the last sync.
 * - A successful fsync empties the journal of what was written before the call began.
 * - A journal outlives its process, as unsynced pages do, and the next process goes on with it.
 * - Orders (how syncing behaves) and counters are in one mapped page that the testing process has.
 *
 * Locks: the table's before a file's; never the other way round. All calls are made as system
 * calls, so nothing here depends on what else is loaded, or on when.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#if __SIZEOF_POINTER__ != 8
#error "written for 64 bits: offsets go to the kernel in one register"
#endif

/* ---- the page that is shared with the testing process (NodeDisk) ---- */

enum { ORDER_MODE, ORDER_DELAY_MICROS };
enum { MODE_HONEST, MODE_FAIL, MODE_LIE };
enum {
  COUNT_WRITES = 64, /* the counters' place in the page, in words of 8 bytes */
  COUNT_BYTES,
  COUNT_SYNCS,
  COUNT_FAILED_SYNCS,
  COUNT_LIES,
  COUNT_MAPPED,
  COUNT_ERRORS,
  COUNT_SYNCING, /* syncs under way that have something to sync */
};
#define PAGE_BYTES 4096

static volatile uint64_t *page;
static char journals[PATH_MAX];
static char root[PATH_MAX];
static size_t root_length;
static dev_t root_device;

static void count(int what, uint64_t by) {
  __atomic_fetch_add(&page[what], by, __ATOMIC_RELAXED);
}

/* ---- journals ---- */

#define JOURNAL_MAGIC 0x314f444e55465248ULL
#define RECORD_MAGIC 0x4f444e55U

/* The file was created and neither it nor its directory was synced since, nor was it renamed. */
#define FLAG_CREATED 1

struct journal_header {
  uint64_t magic;
  uint64_t base; /* where the first record begins that is not synced */
  uint64_t flags;
  uint64_t unused;
};

/*
 * KIND_NAMED: the file got another name, and file systems write names and sizes in the order in
 * which they are changed; so it is not longer afterwards than it was then, whatever comes back.
 */
enum { KIND_WRITE = 1, KIND_RESIZE, KIND_MAPPED, KIND_NAMED };

/* Followed by old_bytes bytes that were at offset. A mapped range has no say in the size. */
struct record {
  uint32_t magic;
  uint32_t kind;
  uint64_t offset;
  uint64_t length;
  uint64_t old_size;
  uint64_t old_bytes;
};

#define HEADER_BYTES ((off_t)sizeof(struct journal_header))

/* As an offset: where the descriptor stands. */
#define HERE INT64_MIN

struct file {
  ino_t inode;
  pthread_mutex_t lock;
  struct file *next;
  int descriptors;
  int is_directory;
  /* below: under the lock */
  int journal; /* open journal, or -1 */
  int reader;  /* a descriptor of our own to read it with, or -1 */
  off_t base;
  off_t end;
  uint64_t flags;
  ino_t directory; /* while FLAG_CREATED */
  int failed;      /* a sync has failed: what was written since is lost, whatever comes later */
};

struct mapping {
  struct file *file;
  char *address;
  size_t length;
  off_t offset;
};

#define BUCKETS 4096
#define DESCRIPTORS_MAX 65536
#define MAPPINGS_MAX 4096

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct file *table[BUCKETS];
static struct file *open_files[DESCRIPTORS_MAX];
static unsigned char appends[DESCRIPTORS_MAX];
static pthread_mutex_t mappings_lock = PTHREAD_MUTEX_INITIALIZER;
static struct mapping mappings[MAPPINGS_MAX];
static int mapping_count;

static void fail(const char *what) {
  dprintf(2, "disk shim: %s: %s\n", what, strerror(errno));
  _exit(71);
}

__attribute__((constructor)) static void begin(void) {
  const char *in = getenv("HOLDFAST_DISK_ROOT");
  const char *at = getenv("HOLDFAST_DISK_JOURNALS");
  struct stat status;
  char name[PATH_MAX + 8];
  if (in == NULL || at == NULL) return; /* loaded into another process than a node */
  if (realpath(in, root) == NULL || realpath(at, journals) == NULL) fail("no such directory");
  root_length = strlen(root);
  if (stat(root, &status) != 0) fail("stat");
  root_device = status.st_dev;
  snprintf(name, sizeof name, "%s/page", journals);
  int descriptor = syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CLOEXEC, 0);
  if (descriptor < 0) fail(name);
  void *mapped =
      (void *)syscall(SYS_mmap, NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (mapped == MAP_FAILED) fail("mmap");
  syscall(SYS_close, descriptor);
  page = mapped;
  page[COUNT_SYNCING] = 0; /* the last process may have been killed in the middle of one */
}

static void journal_name(char *name, ino_t inode) {
  snprintf(name, PATH_MAX + 32, "%s/%llu", journals, (unsigned long long)inode);
}

static int open_journal(ino_t inode, int flags) {
  char name[PATH_MAX + 32];
  journal_name(name, inode);
  return syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CLOEXEC | flags, 0600);
}

static void write_header(struct file *file) {
  struct journal_header header = {JOURNAL_MAGIC, file->base, file->flags, 0};
  if (syscall(SYS_pwrite64, file->journal, &header, sizeof header, 0) != sizeof header) {
    count(COUNT_ERRORS, 1);
  }
}

/* Goes on with the journal of an earlier process; a record that was cut off preceded no change. */
static void load(struct file *file) {
  struct journal_header header;
  struct record record;
  struct stat status;
  file->journal = open_journal(file->inode, 0);
  if (file->journal < 0) return;
  if (syscall(SYS_pread64, file->journal, &header, sizeof header, 0) != sizeof header ||
      header.magic != JOURNAL_MAGIC || fstat(file->journal, &status) != 0) {
    write_header(file); /* cut off before its first record */
    return;
  }
  file->base = header.base;
  file->flags = header.flags;
  file->end = header.base;
  while (syscall(SYS_pread64, file->journal, &record, sizeof record, file->end) == sizeof record &&
         record.magic == RECORD_MAGIC &&
         file->end + (off_t)(sizeof record + record.old_bytes) <= status.st_size) {
    file->end += sizeof record + record.old_bytes;
  }
}

/* With the file's lock. The journal is there afterwards, or the caller's change must fail. */
static int ready(struct file *file) {
  if (file->journal >= 0) return 0;
  file->journal = open_journal(file->inode, O_CREAT);
  if (file->journal < 0) {
    count(COUNT_ERRORS, 1);
    return -1;
  }
  if (file->end == HEADER_BYTES) write_header(file);
  return 0;
}

/* With the file's lock. Everything written so far is on disk, or gone with the file. */
static void forget(struct file *file) {
  char name[PATH_MAX + 32];
  if (file->journal >= 0) syscall(SYS_close, file->journal);
  file->journal = -1;
  file->failed = 0;
  file->base = file->end = HEADER_BYTES;
  file->flags = 0;
  journal_name(name, file->inode);
  syscall(SYS_unlinkat, AT_FDCWD, name, 0);
}

/* With the file's lock. What the journal held up to here is on disk. */
static void settle(struct file *file, off_t upto) {
  if (file->failed || (file->end == HEADER_BYTES && file->flags == 0)) return;
  if (ready(file) != 0) return;
  file->flags &= ~FLAG_CREATED;
  if (upto >= file->end) {
    file->base = file->end = HEADER_BYTES;
    if (syscall(SYS_ftruncate, file->journal, HEADER_BYTES) != 0) count(COUNT_ERRORS, 1);
  } else if (upto > file->base) {
    file->base = upto;
  }
  write_header(file);
}

/* With the file's lock, once no descriptor of the file is open: keeps none open either. */
static void rest(struct file *file) {
  if (__atomic_load_n(&file->descriptors, __ATOMIC_RELAXED) > 0) return;
  if (file->reader >= 0) syscall(SYS_close, file->reader);
  file->reader = -1;
  if (file->journal < 0) return;
  if (file->end == HEADER_BYTES && file->flags == 0) {
    forget(file);
  } else {
    syscall(SYS_close, file->journal); /* opened again when it is needed */
    file->journal = -1;
  }
}

/* With the file's lock: remembers what a change will destroy. */
static int remember(struct file *file, struct record record, const void *old) {
  struct iovec parts[2] = {{&record, sizeof record}, {(void *)old, record.old_bytes}};
  ssize_t all = sizeof record + record.old_bytes;
  if (ready(file) != 0) return -1;
  ssize_t done = syscall(SYS_pwritev, file->journal, parts, 2, file->end, 0);
  if (done != all) {
    if (done >= 0) errno = ENOSPC;
    return -1;
  }
  file->end += all;
  return 0;
}

/* The same, with the bytes between two offsets as they are in the file. */
static int remember_range(
    struct file *file, int descriptor, uint32_t kind, off_t offset, off_t length, off_t size,
    off_t destroyed_to) {
  char small[4096];
  off_t old = destroyed_to > offset ? destroyed_to - offset : 0;
  char *bytes = old <= (off_t)sizeof small ? small : malloc(old);
  if (bytes == NULL) return -1;
  int result = -1;
  ssize_t found = 0;
  if (old > 0 && file->reader < 0) { /* the caller's may not be open for reading */
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    file->reader = syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC, 0);
  }
  while (found < old) {
    ssize_t more = syscall(SYS_pread64, file->reader, bytes + found, old - found, offset + found);
    if (more <= 0) break;
    found += more;
  }
  if (found == old) {
    struct record record = {RECORD_MAGIC, kind, offset, length, size, old};
    result = remember(file, record, bytes);
  } else {
    count(COUNT_ERRORS, 1);
    errno = EIO;
  }
  if (bytes != small) free(bytes);
  return result;
}

/* ---- which descriptors are files of the node ---- */

static struct file *find(ino_t inode) {
  struct file *file = table[inode % BUCKETS];
  while (file != NULL && file->inode != inode) file = file->next;
  return file;
}

static struct file *find_or_add(ino_t inode, int is_directory) {
  pthread_mutex_lock(&table_lock);
  struct file *file = find(inode);
  if (file == NULL) {
    file = calloc(1, sizeof *file);
    if (file == NULL) fail("no memory");
    file->inode = inode;
    file->journal = -1;
    file->reader = -1;
    file->base = file->end = HEADER_BYTES;
    pthread_mutex_init(&file->lock, NULL);
    if (!is_directory) load(file);
    file->next = table[inode % BUCKETS];
    table[inode % BUCKETS] = file;
  }
  file->is_directory = is_directory; /* inodes are used again */
  pthread_mutex_unlock(&table_lock);
  return file;
}

/* A file that has, or may have, a journal; NULL when it has none. */
static struct file *with_journal(const struct stat *status) {
  char name[PATH_MAX + 32];
  struct stat journal;
  pthread_mutex_lock(&table_lock);
  struct file *file = find(status->st_ino);
  pthread_mutex_unlock(&table_lock);
  journal_name(name, status->st_ino);
  if (file != NULL || stat(name, &journal) != 0) return file;
  return find_or_add(status->st_ino, 0);
}

static struct file *of(int descriptor) {
  if (page == NULL || descriptor < 0 || descriptor >= DESCRIPTORS_MAX) return NULL;
  return __atomic_load_n(&open_files[descriptor], __ATOMIC_ACQUIRE);
}

static void attach(int descriptor, struct file *file, int is_append) {
  __atomic_fetch_add(&file->descriptors, 1, __ATOMIC_RELAXED);
  appends[descriptor] = is_append;
  __atomic_store_n(&open_files[descriptor], file, __ATOMIC_RELEASE);
}

static void detach(int descriptor) {
  struct file *file = of(descriptor);
  if (file == NULL) return;
  __atomic_store_n(&open_files[descriptor], NULL, __ATOMIC_RELEASE);
  if (__atomic_sub_fetch(&file->descriptors, 1, __ATOMIC_RELAXED) == 0) {
    pthread_mutex_lock(&file->lock);
    rest(file);
    pthread_mutex_unlock(&file->lock);
  }
}

/* Streams close their descriptor inside the library, where nobody tells us. */
static struct file *of_still(int descriptor) {
  struct file *file = of(descriptor);
  struct stat status;
  if (file == NULL || (fstat(descriptor, &status) == 0 && status.st_ino == file->inode &&
                       status.st_dev == root_device)) {
    return file;
  }
  detach(descriptor);
  return NULL;
}

static int is_below_root(int descriptor) {
  char link[64];
  char name[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, name, sizeof name - 1);
  if (length < 0) return 0;
  name[length] = 0;
  return strncmp(name, root, root_length) == 0 &&
         (name[root_length] == '/' || name[root_length] == 0);
}

static ino_t directory_of(int at, const char *path) {
  char parent[PATH_MAX];
  struct stat status;
  const char *slash = strrchr(path, '/');
  if (slash == NULL) {
    snprintf(parent, sizeof parent, ".");
  } else {
    snprintf(parent, sizeof parent, "%.*s", (int)(slash - path) + 1, path);
  }
  return fstatat(at, parent, &status, 0) == 0 ? status.st_ino : 0;
}

static int resize(int descriptor, off_t length);

/* Emptying is a change of its own, of which the old content must be remembered. */
static int open_file(int at, const char *path, int flags, mode_t mode) {
  struct stat status;
  if (page == NULL) return syscall(SYS_openat, at, path, flags, mode);
  int writes = (flags & O_ACCMODE) != O_RDONLY;
  int creates = (flags & O_CREAT) && fstatat(at, path, &status, 0) != 0;
  int empties = writes && (flags & O_TRUNC) && !creates;
  int descriptor = syscall(SYS_openat, at, path, empties ? flags & ~O_TRUNC : flags, mode);
  if (descriptor < 0) return descriptor;
  if (fstat(descriptor, &status) != 0 || status.st_dev != root_device ||
      !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) || !is_below_root(descriptor)) {
    if (empties && S_ISREG(status.st_mode) && syscall(SYS_ftruncate, descriptor, 0) != 0) {
      syscall(SYS_close, descriptor);
      return -1;
    }
    return descriptor;
  }
  if (descriptor >= DESCRIPTORS_MAX) {
    count(COUNT_ERRORS, 1);
    return descriptor;
  }
  struct file *file = find_or_add(status.st_ino, S_ISDIR(status.st_mode));
  if (creates && status.st_size == 0) {
    pthread_mutex_lock(&file->lock);
    forget(file); /* of another file that had the inode */
    file->flags = FLAG_CREATED;
    file->directory = directory_of(at, path);
    if (ready(file) == 0) write_header(file);
    pthread_mutex_unlock(&file->lock);
  }
  attach(descriptor, file, (flags & O_APPEND) != 0);
  if (empties && resize(descriptor, 0) != 0) {
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
  }
  return descriptor;
}

#define MODE_OF(flags)                                             \
  mode_t mode = 0;                                                 \
  if (((flags) & O_CREAT) || ((flags) & O_TMPFILE) == O_TMPFILE) { \
    va_list rest;                                                  \
    va_start(rest, flags);                                         \
    mode = va_arg(rest, mode_t);                                   \
    va_end(rest);                                                  \
  }

int open(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_file(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_file(AT_FDCWD, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_file(at, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_file(at, path, flags, mode);
}

int __open_2(const char *path, int flags) { return open_file(AT_FDCWD, path, flags, 0); }

int __open64_2(const char *path, int flags) { return open_file(AT_FDCWD, path, flags, 0); }

int __openat_2(int at, const char *path, int flags) { return open_file(at, path, flags, 0); }

int __openat64_2(int at, const char *path, int flags) { return open_file(at, path, flags, 0); }

int creat(const char *path, mode_t mode) {
  return open_file(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int descriptor) {
  detach(descriptor);
  return syscall(SYS_close, descriptor);
}

static int duplicated(int from, int to) {
  struct file *file = to < 0 ? NULL : of(from);
  if (file != NULL && to < DESCRIPTORS_MAX) attach(to, file, appends[from]);
  return to;
}

int dup(int from) { return duplicated(from, syscall(SYS_dup, from)); }

int dup3(int from, int to, int flags) {
  detach(to);
  return duplicated(from, syscall(SYS_dup3, from, to, flags));
}

int dup2(int from, int to) {
  if (from == to) return fcntl(from, F_GETFD) < 0 ? -1 : to;
  return dup3(from, to, 0);
}

/* ---- changes ---- */

static ssize_t plain(int descriptor, const struct iovec *parts, int part_count, off_t offset) {
  return offset == HERE ? syscall(SYS_writev, descriptor, parts, part_count)
                        : syscall(SYS_pwritev, descriptor, parts, part_count, offset, 0);
}

static ssize_t change(int descriptor, const struct iovec *parts, int part_count, off_t offset) {
  struct file *file = of_still(descriptor);
  struct stat status;
  off_t length = 0;
  if (file == NULL) return plain(descriptor, parts, part_count, offset);
  for (int i = 0; i < part_count; i++) length += parts[i].iov_len;
  pthread_mutex_lock(&file->lock);
  ssize_t result = -1;
  if (fstat(descriptor, &status) == 0) {
    off_t from = offset;
    if (appends[descriptor]) {
      from = status.st_size;
    } else if (offset == HERE) {
      from = syscall(SYS_lseek, descriptor, 0, SEEK_CUR);
    }
    off_t to = from + length < status.st_size ? from + length : status.st_size;
    if (status.st_nlink == 0 || length == 0 || from < 0 ||
        remember_range(file, descriptor, KIND_WRITE, from, length, status.st_size, to) == 0) {
      result = plain(descriptor, parts, part_count, offset);
    }
  }
  pthread_mutex_unlock(&file->lock);
  if (result > 0) {
    count(COUNT_WRITES, 1);
    count(COUNT_BYTES, result);
  }
  return result;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  struct iovec part = {(void *)bytes, length};
  if (of(descriptor) == NULL) return syscall(SYS_write, descriptor, bytes, length);
  return change(descriptor, &part, 1, HERE);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
  struct iovec part = {(void *)bytes, length};
  if (of(descriptor) == NULL) return syscall(SYS_pwrite64, descriptor, bytes, length, offset);
  return change(descriptor, &part, 1, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off_t offset) {
  return pwrite(descriptor, bytes, length, offset);
}

ssize_t writev(int descriptor, const struct iovec *parts, int part_count) {
  return change(descriptor, parts, part_count, HERE);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int part_count, off_t offset) {
  return change(descriptor, parts, part_count, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int part_count, off_t offset) {
  return change(descriptor, parts, part_count, offset);
}

/* Piece by piece through memory: what is copied inside the kernel could not be remembered. */
ssize_t sendfile(int to, int from, off_t *offset, size_t length) {
  char bytes[65536];
  ssize_t done = 0;
  if (of(to) == NULL) return syscall(SYS_sendfile, to, from, offset, length);
  while (length > 0) {
    size_t most = length < sizeof bytes ? length : sizeof bytes;
    ssize_t got = offset == NULL ? syscall(SYS_read, from, bytes, most)
                                 : syscall(SYS_pread64, from, bytes, most, *offset);
    if (got <= 0) return done > 0 ? done : got;
    ssize_t put = write(to, bytes, got);
    if (put < 0) return done > 0 ? done : put;
    if (offset != NULL) *offset += put;
    done += put;
    length -= put;
    if (put < got) break;
  }
  return done;
}

ssize_t sendfile64(int to, int from, off_t *offset, size_t length) {
  return sendfile(to, from, offset, length);
}

ssize_t copy_file_range(
    int from, off_t *from_offset, int to, off_t *to_offset, size_t length, unsigned int flags) {
  if (of(to) != NULL) {
    errno = ENOSYS; /* callers copy by themselves then */
    return -1;
  }
  return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, length, flags);
}

static int resize(int descriptor, off_t length) {
  struct file *file = of_still(descriptor);
  struct stat status;
  if (file == NULL) return syscall(SYS_ftruncate, descriptor, length);
  pthread_mutex_lock(&file->lock);
  int result = fstat(descriptor, &status);
  if (result == 0 && status.st_nlink > 0 && status.st_size != length) {
    off_t from = length < status.st_size ? length : status.st_size;
    result =
        remember_range(file, descriptor, KIND_RESIZE, from, 0, status.st_size, status.st_size);
  }
  if (result == 0) result = syscall(SYS_ftruncate, descriptor, length);
  pthread_mutex_unlock(&file->lock);
  return result;
}

int ftruncate(int descriptor, off_t length) { return resize(descriptor, length); }

int ftruncate64(int descriptor, off_t length) { return resize(descriptor, length); }

int truncate(const char *path, off_t length) {
  int descriptor = open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  int result = resize(descriptor, length);
  int reason = errno;
  close(descriptor);
  errno = reason;
  return result;
}

int truncate64(const char *path, off_t length) { return truncate(path, length); }

/* Without a change of the size, and without a hole, nothing can be seen of it. */
int fallocate(int descriptor, int mode, off_t offset, off_t length) {
  struct file *file = of_still(descriptor);
  struct stat status;
  if (file == NULL || mode == FALLOC_FL_KEEP_SIZE) {
    return syscall(SYS_fallocate, descriptor, mode, offset, length);
  }
  pthread_mutex_lock(&file->lock);
  int result = fstat(descriptor, &status);
  if (result == 0 && status.st_nlink > 0) {
    off_t from = mode == 0 ? status.st_size : 0;
    result =
        remember_range(file, descriptor, KIND_RESIZE, from, 0, status.st_size, status.st_size);
  }
  if (result == 0) result = syscall(SYS_fallocate, descriptor, mode, offset, length);
  pthread_mutex_unlock(&file->lock);
  return result;
}

int fallocate64(int descriptor, int mode, off_t offset, off_t length) {
  return fallocate(descriptor, mode, offset, length);
}

int posix_fallocate(int descriptor, off_t offset, off_t length) {
  return fallocate(descriptor, 0, offset, length) == 0 ? 0 : errno;
}

int posix_fallocate64(int descriptor, off_t offset, off_t length) {
  return posix_fallocate(descriptor, offset, length);
}

/* ---- names: changes of them are durable at once ---- */

static int is_ours(int at, const char *path, struct stat *status) {
  return page != NULL && fstatat(at, path, status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG(status->st_mode) && status->st_dev == root_device;
}

static void lost_its_last_name(const struct stat *status) {
  struct file *file = with_journal(status);
  if (file == NULL) return;
  pthread_mutex_lock(&file->lock);
  forget(file);
  pthread_mutex_unlock(&file->lock);
}

static void has_a_durable_name(const struct stat *status) {
  struct file *file = with_journal(status);
  if (file == NULL) return;
  pthread_mutex_lock(&file->lock);
  if ((file->flags & FLAG_CREATED) && ready(file) == 0) {
    file->flags &= ~FLAG_CREATED;
    write_header(file);
  }
  if (file->end > file->base) {
    struct record record = {RECORD_MAGIC, KIND_NAMED, 0, 0, status->st_size, 0};
    if (remember(file, record, NULL) != 0) count(COUNT_ERRORS, 1);
  }
  rest(file);
  pthread_mutex_unlock(&file->lock);
}

int unlinkat(int at, const char *path, int flags) {
  struct stat status;
  int ours = (flags & AT_REMOVEDIR) == 0 && is_ours(at, path, &status) && status.st_nlink == 1;
  int result = syscall(SYS_unlinkat, at, path, flags);
  if (result == 0 && ours) lost_its_last_name(&status);
  return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int remove(const char *path) {
  int result = unlinkat(AT_FDCWD, path, 0);
  if (result != 0 && (errno == EISDIR || errno == EPERM)) {
    result = syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
  }
  return result;
}

int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned int flags) {
  struct stat moved;
  struct stat replaced;
  int moves = is_ours(from_at, from, &moved);
  int replaces = is_ours(to_at, to, &replaced) && replaced.st_nlink == 1 &&
                 !(moves && moved.st_ino == replaced.st_ino);
  int result = syscall(SYS_renameat2, from_at, from, to_at, to, flags);
  if (result == 0 && moves) has_a_durable_name(&moved);
  if (result == 0 && replaces) lost_its_last_name(&replaced);
  return result;
}

int renameat(int from_at, const char *from, int to_at, const char *to) {
  return renameat2(from_at, from, to_at, to, 0);
}

int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

int linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
  struct stat status;
  int result = syscall(SYS_linkat, from_at, from, to_at, to, flags);
  if (result == 0 && is_ours(to_at, to, &status)) has_a_durable_name(&status);
  return result;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

/* ---- mapped files ---- */

/* With the file's lock: what a mapped range holds at this moment, to go back to. */
static void remember_mapped(struct mapping *mapping, const char *bytes) {
  struct record record = {
      RECORD_MAGIC, KIND_MAPPED, mapping->offset, mapping->length, 0, mapping->length};
  if (remember(mapping->file, record, bytes) != 0) count(COUNT_ERRORS, 1);
}

static void mapped(struct file *file, int descriptor, char *at, size_t length, off_t offset) {
  struct stat status;
  pthread_mutex_lock(&mappings_lock);
  if (fstat(descriptor, &status) == 0 && offset < status.st_size && mapping_count < MAPPINGS_MAX) {
    size_t there = status.st_size - offset;
    struct mapping mapping = {file, at, length < there ? length : there, offset};
    mappings[mapping_count++] = mapping;
    pthread_mutex_lock(&file->lock);
    remember_mapped(&mapping, at);
    pthread_mutex_unlock(&file->lock);
    count(COUNT_MAPPED, 1);
  } else {
    count(COUNT_ERRORS, 1);
  }
  pthread_mutex_unlock(&mappings_lock);
}

void *mmap(void *at, size_t length, int protection, int flags, int descriptor, off_t offset) {
  void *result = (void *)syscall(SYS_mmap, at, length, protection, flags, descriptor, offset);
  struct file *file = (flags & MAP_ANONYMOUS) ? NULL : of_still(descriptor);
  int is_shared = (flags & MAP_TYPE) == MAP_SHARED || (flags & MAP_TYPE) == MAP_SHARED_VALIDATE;
  if (result != MAP_FAILED && file != NULL && is_shared && (protection & PROT_WRITE)) {
    mapped(file, descriptor, result, length, offset);
  }
  return result;
}

void *mmap64(void *at, size_t length, int protection, int flags, int descriptor, off_t offset) {
  return mmap(at, length, protection, flags, descriptor, offset);
}

int munmap(void *at, size_t length) {
  if (__atomic_load_n(&mapping_count, __ATOMIC_RELAXED) > 0) {
    pthread_mutex_lock(&mappings_lock);
    for (int i = mapping_count - 1; i >= 0; i--) {
      if (mappings[i].address >= (char *)at && mappings[i].address < (char *)at + length) {
        mappings[i] = mappings[--mapping_count];
      }
    }
    pthread_mutex_unlock(&mappings_lock);
  }
  return syscall(SYS_munmap, at, length);
}

/* ---- syncing ---- */

static void delay(void) {
  uint64_t micros = page[ORDER_DELAY_MICROS];
  if (micros > 0) {
    struct timespec time = {micros / 1000000, micros % 1000000 * 1000};
    nanosleep(&time, NULL);
  }
}

/* Returns 0 when the call is to be made. */
static int ordered(struct file *file, int *result) {
  if (page[ORDER_MODE] == MODE_FAIL) {
    pthread_mutex_lock(&file->lock);
    file->failed = 1;
    pthread_mutex_unlock(&file->lock);
    count(COUNT_FAILED_SYNCS, 1);
    errno = EIO;
    *result = -1;
    return 1;
  }
  if (page[ORDER_MODE] == MODE_LIE) {
    count(COUNT_LIES, 1);
    *result = 0;
    return 1;
  }
  return 0;
}

/* What was created in a directory stays there. */
static void directory_synced(ino_t directory) {
  pthread_mutex_lock(&table_lock);
  for (int i = 0; i < BUCKETS; i++) {
    for (struct file *file = table[i]; file != NULL; file = file->next) {
      pthread_mutex_lock(&file->lock);
      if ((file->flags & FLAG_CREATED) && file->directory == directory && ready(file) == 0) {
        file->flags &= ~FLAG_CREATED;
        write_header(file);
        rest(file);
      }
      pthread_mutex_unlock(&file->lock);
    }
  }
  pthread_mutex_unlock(&table_lock);
}

static int synced(int descriptor, long call) {
  struct file *file = of_still(descriptor);
  int result;
  if (file == NULL) return syscall(call, descriptor);
  pthread_mutex_lock(&file->lock);
  off_t end = file->end; /* what comes later may or may not be on disk */
  int has_something = !file->is_directory && end > file->base;
  pthread_mutex_unlock(&file->lock);
  if (has_something) count(COUNT_SYNCING, 1);
  delay();
  if (has_something) count(COUNT_SYNCING, -1);
  if (ordered(file, &result)) return result;
  result = syscall(call, descriptor);
  if (result != 0) return result;
  count(COUNT_SYNCS, 1);
  if (file->is_directory) {
    directory_synced(file->inode);
  } else {
    pthread_mutex_lock(&file->lock);
    settle(file, end);
    pthread_mutex_unlock(&file->lock);
  }
  return 0;
}

int fsync(int descriptor) { return synced(descriptor, SYS_fsync); }

int fdatasync(int descriptor) { return synced(descriptor, SYS_fdatasync); }

static struct mapping *mapping_at(char *at, size_t length) {
  for (int i = 0; i < mapping_count; i++) {
    if (mappings[i].address >= at && mappings[i].address < at + length) return &mappings[i];
  }
  return NULL;
}

/* What the range held before the call began is on disk afterwards. */
int msync(void *at, size_t length, int flags) {
  int result;
  char *before = NULL;
  if (page == NULL || (flags & MS_SYNC) == 0) return syscall(SYS_msync, at, length, flags);
  pthread_mutex_lock(&mappings_lock);
  struct mapping *found = mapping_at(at, length);
  struct mapping mapping = found == NULL ? (struct mapping){0} : *found;
  off_t end = 0;
  if (found != NULL) {
    before = malloc(mapping.length);
    if (before == NULL) fail("no memory");
    memcpy(before, mapping.address, mapping.length);
    pthread_mutex_lock(&mapping.file->lock);
    end = mapping.file->end;
    pthread_mutex_unlock(&mapping.file->lock);
  }
  pthread_mutex_unlock(&mappings_lock);
  if (found == NULL) return syscall(SYS_msync, at, length, flags);
  delay();
  if (!ordered(mapping.file, &result)) {
    result = syscall(SYS_msync, at, length, flags);
    if (result == 0) {
      count(COUNT_SYNCS, 1);
      pthread_mutex_lock(&mapping.file->lock);
      settle(mapping.file, end);
      remember_mapped(&mapping, before);
      rest(mapping.file);
      pthread_mutex_unlock(&mapping.file->lock);
    }
  }
  free(before);
  return result;
}
