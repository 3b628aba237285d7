// SPDX-License-Identifier: Apache-2.0

extension Schema {
    static let period: [Entry] = [
        .period(
            "period.refresh_active", \.period.refreshActive, Settings.smallestPeriod...longest,
            "Time between the starts of cycles; -1 switches polling off, any other number below 60 counts as 60")
    ]

    static let poll: [Entry] = [
        .seconds(
            "poll.interval", \.poll.interval, 1...longest,
            "Time between the starts of cycles; overrules period.refresh_active, -1 included"),
        .number(
            "poll.spread", \.poll.spread, 0...1, unit: "of the time between cycles",
            "Part over which the accounts are spread, each always at the same moment; not in the first cycle"),
        .seconds(
            "poll.account_timeout", \.poll.accountTimeout, 1...day,
            "Longest time for all requests to one account in one cycle"),
        .seconds(
            "poll.backoff", \.poll.backoff, 0.1...day,
            "Longest wait after the first failure of an account, drawn at random from 0 on; doubles with each more in a "
                + "row"),
        .seconds("poll.backoff_max", \.poll.backoffMax, 1...day, "Longest wait after failures of an account"),
        .seconds(
            "poll.backoff_auth_max", \.poll.backoffAuthMax, 1...day,
            "Longest wait after refused credentials or settings that cannot work; the first is 30 to 60 s"),
    ]

    static let concurrency: [Entry] = [
        .integer(
            "concurrency.accounts", \.concurrency.accounts, 1...1000, unit: "accounts",
            "Accounts fetched at the same time"),
        .integer(
            "concurrency.slow_accounts", \.concurrency.slowAccounts, 1...1000, unit: "accounts",
            "Accounts besides whose last poll failed or took longer than a quarter of the time between cycles"),
        .integer(
            "concurrency.requests_per_account", \.concurrency.requestsPerAccount, 1...64, unit: "requests",
            "Requests to one account at the same time"),
        .integer(
            "concurrency.compare_workers", \.concurrency.compareWorkers, 1...256, unit: "tasks",
            "Comparisons at the same time"),
    ]

    static let http: [Entry] = [
        .seconds("http.connect_timeout", \.http.connectTimeout, 0.1...600, "Longest wait for a connection to open"),
        .seconds(
            "http.stall_timeout", \.http.stallTimeout, 1...3600,
            "Longest time without any byte of an answer; Nova may think for 60 s and more while a cell is down"),
        .seconds("http.request_timeout", \.http.requestTimeout, 1...day, "Longest time for one request and its answer"),
        .number(
            "http.requests_per_second", \.http.requestsPerSecond, 0...10_000, unit: "requests",
            "Most requests to one account in a second, after a rest twice as many at once; 0 is no limit"),
        .boolean("http.gzip", \.http.gzip, "Ask for compressed answers; worth it except on the same host"),
        .integer(
            "http.page_size", \.http.pageSize, 0...100_000, unit: "servers",
            "Servers asked for on each page; 0 leaves it to the cloud"),
        .integer(
            "http.ports_page_size", \.http.portsPageSize, 0...100_000, unit: "ports",
            "Ports asked for on each page; 0 leaves it to the cloud"),
        .integer(
            "http.max_body_bytes", \.http.maxBodyBytes, 65_536...(4 << 30), unit: "bytes",
            "Largest answer, after decompression, that is accepted"),
        .integer(
            "http.max_connections", \.http.maxConnections, 1...10_000, unit: "connections",
            "Connections to all clouds together"),
        .seconds(
            "http.keep_alive", \.http.keepAlive, 1...3600,
            "Time for which an unused connection is kept; below the idle timeout of load balancers on the way"),
        .uri(
            "http.proxy", \.http.proxy, schemes: ["http", "https", "socks5", "socks5h"],
            "Proxy on the way to the clouds"),
        .boolean(
            "http.proxy_from_environment", \.http.proxyFromEnvironment,
            "Without http.proxy, use what http_proxy, https_proxy and no_proxy in the environment say"),
        .text(
            "http.no_proxy", \.http.noProxy,
            "Hosts reached without http.proxy, separated by commas; * for all"),
    ]

    static let channel: [Entry] = [
        .integer(
            "channel.low", \.channel.low, 1...1_000_000, unit: "updates",
            "Updates that wait for the writer at which comparisons that were stopped go on"),
        .integer(
            "channel.high", \.channel.high, 1...1_000_000, unit: "updates",
            "Updates that wait for the writer at which comparisons are stopped"),
    ]
}
