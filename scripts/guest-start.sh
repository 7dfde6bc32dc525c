#!/bin/sh
# First process of the guest. The machine's files below, read-only, what is written in memory above them; then what an
# operating system would set up, the tests, and off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
kernel=$(uname -r)
mount -t proc proc /proc
mount -t tmpfs above /mnt
insmod "/usr/lib/uml/modules/$kernel/kernel/fs/overlayfs/overlay.ko"
mkdir /mnt/files /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/files,workdir=/mnt/work root /mnt/root
umount /proc
mkdir -p /mnt/root/machine
# The kernel's own helpers are to look there too, which a mere change of our root would not bring about.
cd /mnt/root && pivot_root . machine
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /dev/net
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /run
ln -sf /proc/self/fd /dev/fd
# The kernel fetches ciphers and kinds of devices by itself, from where its modules usually are.
mkdir -p /lib/modules
ln -sfn "/usr/lib/uml/modules/$kernel" "/lib/modules/$kernel"
modprobe -a ipv6 tun
# Where the outcome is left for the machine to read.
mkdir -p /run/outcome
mount -t hostfs -o "$SALLYPORT_GUEST" outcome /run/outcome
cd "$SALLYPORT_CHECKOUT" && "$SALLYPORT_NODE" scripts/guest-inside.mjs </dev/null 2>&1 | cat
echo o > /proc/sysrq-trigger
sleep 60
