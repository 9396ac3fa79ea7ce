"""The numbers of the system calls that a model's process must not make, for each kind of machine.

Source: asm/unistd_64.h and asm-generic/unistd.h of Linux. A call that a machine does not have is not in its table.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """What the kernel calls things on one kind of machine."""

    audit_arch: int
    has_x32: bool
    """Whether a second set of numbers reaches the same calls."""
    clone: int
    clone3: int
    tgkill: int
    prlimit64: int
    seccomp: int
    capset: int
    fcntl: int
    ioctl: int
    prctl: int
    open: int | None
    openat: int
    refused: tuple[int, ...]


_NEW_EVERYWHERE = (
    *(424, 434, 438, 440, 448),  # signals to and memory of other processes by descriptor
    *(425, 426, 427),  # io_uring: calls that no filter sees
    *(428, 429, 430, 431, 432, 433, 442, 467),  # mounts
    *(447, 452, 463, 466, 469),  # memory no one sees into; rights and marks of files
    437,  # openat2, whose flags no filter sees
)

_X86_64 = (
    *(41, 42, 43, 49, 50, 53, 288),  # socket, connect, accept, bind, listen, socketpair, accept4
    *(44, 46, 307),  # sendto, sendmsg, sendmmsg
    *(57, 58, 59, 322),  # fork, vfork, execve, execveat
    *(62, 129, 200, 297),  # kill, rt_sigqueueinfo, tkill, rt_tgsigqueueinfo
    *(101, 272, 308, 310, 311, 312),  # ptrace, unshare, setns, process_vm_readv and _writev, kcmp
    *(142, 144, 203, 314, 141, 251),  # sched_setparam, _setscheduler, _setaffinity, _setattr, setpriority, ioprio_set
    *(248, 249, 250),  # add_key, request_key, keyctl
    *(298, 321, 323, 319),  # perf_event_open, bpf, userfaultfd, memfd_create
    *(29, 30, 31, 64, 68, 69, 240, 241),  # System V memory, semaphores and queues; mq_open, mq_unlink
    *(155, 161, 165, 166, 303, 304),  # pivot_root, chroot, mount, umount2, name_to_handle_at, open_by_handle_at
    *(90, 91, 92, 93, 94, 260, 268),  # chmod and chown, of every kind: Landlock does not cover them
    *(76, 85, 82, 83, 84, 86, 87, 88, 133),  # truncate, which an old Landlock does not cover; creat, rename, mkdir …
    *(258, 259, 263, 264, 265, 266, 316),  # the same by descriptor: mkdirat, mknodat, unlinkat, renameat, linkat …
    *(132, 235, 261, 280, 188, 189, 190, 197, 198, 199),  # times and extended attributes of files, as above
    *(174, 175, 176, 246, 313, 320),  # kernel modules, kexec
    *(163, 167, 168, 169, 179, 103, 135, 172, 173, 153),  # acct, swap, reboot, quotactl, syslog, personality, iopl …
    *(159, 164, 170, 171, 227, 305),  # clocks, names of the machine
    *(105, 106, 113, 114, 116, 117, 119, 122, 123, 126),  # set*id, setgroups, capset
    *(237, 238, 256, 279),  # mbind, set_mempolicy, migrate_pages, move_pages
    *(253, 294, 300),  # inotify_init, inotify_init1, fanotify_init: they tell what happens in folders
)

_AARCH64 = (
    *(198, 203, 202, 200, 201, 199, 242),
    *(206, 211, 269),
    *(221, 281),
    *(129, 138, 130, 240),
    *(117, 97, 268, 270, 271, 272),
    *(118, 119, 122, 274, 140, 30),
    *(217, 218, 219),
    *(241, 280, 282, 279),
    *(194, 196, 195, 190, 186, 189, 180, 181),
    *(41, 51, 40, 39, 264, 265),
    *(52, 53, 54, 55),
    45,
    *(34, 33, 35, 38, 37, 36, 276),
    *(88, 5, 6, 7, 14, 15, 16),
    *(105, 106, 104, 273, 294),
    *(89, 224, 225, 142, 60, 116, 92, 58),
    *(171, 170, 161, 162, 112, 266),
    *(143, 144, 145, 146, 147, 149, 151, 152, 159, 91),
    *(235, 237, 238, 239),
    *(26, 262),
)
"""The same calls in the same order, where this machine has them."""

MACHINES = {
    "x86_64": Machine(
        audit_arch=0xC000003E,
        has_x32=True,
        clone=56,
        clone3=435,
        tgkill=234,
        prlimit64=302,
        seccomp=317,
        capset=126,
        fcntl=72,
        ioctl=16,
        prctl=157,
        open=2,
        openat=257,
        refused=_X86_64 + _NEW_EVERYWHERE,
    ),
    "aarch64": Machine(
        audit_arch=0xC00000B7,
        has_x32=False,
        clone=220,
        clone3=435,
        tgkill=131,
        prlimit64=261,
        seccomp=277,
        capset=91,
        fcntl=25,
        ioctl=29,
        prctl=167,
        open=None,
        openat=56,
        refused=_AARCH64 + _NEW_EVERYWHERE,
    ),
}
