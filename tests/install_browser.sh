#!/bin/sh
# Make sure that there is a Chromium for the browser tests, and a font with Chinese characters for the screenshots.
set -eu
if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
    exit 0
fi
echo "请先安装 Chromium 浏览器，再运行 make test。" >&2
exit 1
