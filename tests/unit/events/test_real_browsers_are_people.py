"""User agents of browsers that people use, old and odd ones too: none is a machine, each has its device class and system."""

from collections import Counter

import pytest

from tribute.events.agents import agent

M = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WIN = f"{M} (Windows NT 10.0; Win64; x64) {WEBKIT}"
MAC = f"{M} (Macintosh; Intel Mac OS X 10_15_7)"
IOS = f"{M} (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"

DESKTOPS = [
    *(f"{WIN} Chrome/{version}.0.0.0 Safari/537.36" for version in (92, 109, 121, 130, 137, 142)),
    f"{M} (Windows NT 6.1; Win64; x64) {WEBKIT} Chrome/109.0.0.0 Safari/537.36",
    f"{M} (Windows NT 6.3; WOW64) {WEBKIT} Chrome/86.0.4240.198 Safari/537.36 OPR/72.0.3815.400",
    f"{WIN} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.112",
    f"{WIN} Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763",
    f"{WIN} Chrome/126.0.0.0 Safari/537.36 OPR/112.0.0.0 (Edition Yx GX)",
    f"{WIN} Chrome/122.0.0.0 YaBrowser/24.4.0.0 Safari/537.36",
    f"{WIN} Chrome/78.0.3904.108 Safari/537.36 QQBrowser/10.8.4506.400",
    f"{WIN} Chrome/128.0.0.0 Safari/537.36 Whale/3.28.266.14",
    f"{WIN} Chrome/124.0.0.0 Safari/537.36 Avast/124.0.25069.209",
    f"{WIN} Chrome/120.0.0.0 Safari/537.36 UBrowser/7.0.185.1002",
    f"{WIN} Chrome/125.0.6422.142 Electron/31.0.2 Safari/537.36",
    f"{M} (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0",
    f"{M} (Windows NT 10.0; Win64; x64; rv:91.0) Gecko/20100101 Firefox/91.0 Waterfox/91.13.0",
    f"{M} (Windows NT 6.1; rv:102.0) Gecko/20100101 Goanna/6.2 Firefox/102.0 PaleMoon/32.2.0",
    f"{M} (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0",
    f"{M} (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
    f"{M} (Windows NT 6.1; WOW64; Trident/7.0; SLCC2; .NET CLR 2.0.50727; rv:11.0) like Gecko",
    "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18",
    f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
    f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.3 Safari/605.1.15",
    f"{MAC} {WEBKIT} Chrome/129.0.0.0 Safari/537.36",
    f"{MAC} {WEBKIT} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
    f"{MAC} {WEBKIT} Chrome/127.0.0.0 Safari/537.36 OPR/113.0.0.0",
    f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15 Ddg/17.5",
    f"{M} (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0",
    f"{M} (X11; Linux x86_64) {WEBKIT} Chrome/129.0.0.0 Safari/537.36",
    f"{M} (X11; Linux aarch64) {WEBKIT} Chrome/124.0.0.0 Safari/537.36",
    f"{M} (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    f"{M} (X11; Ubuntu; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
    f"{M} (X11; Fedora; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
    f"{M} (X11; FreeBSD amd64; rv:128.0) Gecko/20100101 Firefox/128.0",
    f"{M} (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15 Epiphany/605.1.15",
    f"{M} (X11; CrOS x86_64 15917.71.0) {WEBKIT} Chrome/127.0.0.0 Safari/537.36",
    f"{M} (X11; CrOS armv7l 15823.60.0) {WEBKIT} Chrome/126.0.0.0 Safari/537.36",
]
PHONES = [
    f"{IOS} Version/17.6 Mobile/15E148 Safari/604.1",
    f"{M} (iPhone; CPU iPhone OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1",
    f"{M} (iPod touch; CPU iPhone OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1",
    f"{IOS} CriOS/129.0.6668.69 Mobile/15E148 Safari/604.1",
    f"{IOS} FxiOS/131.0 Mobile/15E148 Safari/605.1.15",
    f"{IOS} EdgiOS/129.0.2792.84 Version/17.0 Mobile/15E148 Safari/604.1",
    f"{IOS} OPT/4.9.1 Mobile/15E148",
    f"{IOS} Version/17.6 Mobile/15E148 Safari/604.1 Ddg/17.6",
    f"{IOS} GSA/335.0.679788122 Mobile/15E148 Safari/604.1",
    f"{IOS} Mobile/21G93 [FBAN/FBIOS;FBAV/483.0.0.35.110;FBBV/644373456;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.6.1;FBSS/3]",
    f"{IOS} Mobile/21G93 Instagram 351.1.0.36.74 (iPhone14,5; iOS 17_6_1; en_GB; en; scale=3.00; 1170x2532; 645419322)",
    f"{IOS} Mobile/21G93 MicroMessenger/8.0.50(0x1800322f) NetType/WIFI Language/en",
    f"{IOS} Mobile/15E148 Safari Line/14.15.0",
    f"{IOS} Mobile/15E148 Twitter for iPhone/10.59",
    f"{IOS} Mobile/15E148",
    f"{M} (Linux; Android 10; K) {WEBKIT} Chrome/129.0.0.0 Mobile Safari/537.36",
    f"{M} (Linux; Android 14; Pixel 8) {WEBKIT} Chrome/128.0.6613.127 Mobile Safari/537.36",
    f"{M} (Linux; Android 13; SM-A536B) {WEBKIT} Chrome/120.0.6099.230 Mobile Safari/537.36",
    f"{M} (Linux; Android 6.0.1; SM-J500FN Build/MMB29M) {WEBKIT} Chrome/80.0.3987.99 Mobile Safari/537.36",
    f"{M} (Linux; Android 14; SAMSUNG SM-S911B) {WEBKIT} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
    f"{M} (Linux; Android 10; K) {WEBKIT} Chrome/129.0.0.0 Mobile Safari/537.36 EdgA/129.0.0.0",
    f"{M} (Linux; Android 10; K) {WEBKIT} Chrome/128.0.0.0 Mobile Safari/537.36 OPR/85.0.0.0",
    f"{M} (Linux; U; Android 12; M2007J20CG) {WEBKIT} Version/4.0 Chrome/112.0.5615.136 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.5",
    f"{M} (Linux; Android 10; ELS-NX9) {WEBKIT} Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36",
    f"{M} (Linux; U; Android 13; en-US; RMX3363) {WEBKIT} Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.7.8 Mobile Safari/537.36",
    f"{M} (Linux; arm_64; Android 13; 2201117TY) {WEBKIT} Chrome/124.0.6367.218 YaBrowser/24.6.3.153.00 SA/3 Mobile Safari/537.36",
    f"{M} (Linux; Android 12; V2055A; wv) {WEBKIT} Version/4.0 Chrome/87.0.4280.141 Mobile Safari/537.36 VivoBrowser/10.4.2.0",
    f"{M} (Linux; Android 14; SM-G991B; wv) {WEBKIT} Version/4.0 Chrome/129.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/484.0.0.63.83;]",
    f"{M} (Linux; Android 14; Pixel 7; wv) {WEBKIT} Version/4.0 Chrome/129.0.6668.70 Mobile Safari/537.36 Instagram 352.0.0.38.100 Android",
    f"{M} (Linux; Android 13; CPH2387; wv) {WEBKIT} Version/4.0 Chrome/126.0.6478.122 Mobile Safari/537.36 trill_2023 BytedanceWebview/d8a",
    f"{M} (Linux; Android 13; SM-A135F; wv) {WEBKIT} Version/4.0 Chrome/128.0.6613.146 Mobile Safari/537.36 GSA/15.36.35.28.arm64",
    f"{M} (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0",
    f"{M} (Android 8.1.0; Mobile; rv:109.0) Gecko/113.0 Firefox/113.0",
    f"{M} (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5.2",
    "Opera/9.80 (Android; Opera Mini/36.2.2254/191.249; U; en) Presto/2.12.423 Version/12.16 Mobile",
]
TABLETS = [
    f"{M} (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
    f"{M} (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1",
    f"{M} (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/128.0.6613.98 Mobile/15E148 Safari/604.1",
    f"{M} (Linux; Android 13; SM-X200) {WEBKIT} Chrome/128.0.0.0 Safari/537.36",
    f"{M} (Linux; Android 12; Lenovo TB-J606F) {WEBKIT} Chrome/120.0.0.0 Safari/537.36",
    f"{M} (Linux; Android 11; KFTRWI) {WEBKIT} Silk/126.5.8 like Chrome/126.0.6478.122 Safari/537.36",
    f"{M} (Android 13; Tablet; rv:130.0) Gecko/130.0 Firefox/130.0",
]
TELEVISIONS = [
    f"{M} (SMART-TV; LINUX; Tizen 6.0) {WEBKIT} 76.0.3809.146/6.0 TV Safari/537.36",
    f"{M} (Web0S; Linux/SmartTV) {WEBKIT} Chrome/87.0.4280.88 Safari/537.36 WebAppManager",
    f"{M} (Linux; Android 9; AFTKA) {WEBKIT} Silk/120.3.6 like Chrome/120.0.6099.230 Safari/537.36",
    f"{M} (Linux; Android 10; BRAVIA 4K VH2) {WEBKIT} Chrome/98.0.4758.101 Safari/537.36",
]
CONSOLES = [
    f"{M} (PlayStation; PlayStation 5/8.40) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
    f"{M} (PlayStation 4 11.00) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    f"{M} (Windows NT 10.0; Win64; x64; Xbox; Xbox One) {WEBKIT} Chrome/121.0.0.0 Safari/537.36 Edge/44.18363.8131",
    f"{M} (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/609.4 (KHTML, like Gecko) NF/6.0.3.25.0 NintendoBrowser/5.1.0.32061",
]
PEOPLE = [
    *((text, "desktop") for text in DESKTOPS),
    *((text, "mobile") for text in PHONES),
    *((text, "tablet") for text in TABLETS),
    *((text, "tv") for text in TELEVISIONS),
    *((text, "console") for text in CONSOLES),
]


@pytest.mark.parametrize(("user_agent", "device"), PEOPLE)
def test_a_browser_is_a_person_on_a_device(user_agent: str, device: str) -> None:
    found = agent(user_agent)

    assert (found.bot, found.device) == (None, device)


def test_almost_every_browser_has_a_name_and_a_system() -> None:
    nameless = Counter((found.browser is None, found.os is None) for found in (agent(text) for text, _ in PEOPLE))

    assert nameless[False, False] >= 0.9 * len(PEOPLE)
