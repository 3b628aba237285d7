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
        .seconds(
            "poll.backoff", \.poll.backoff, 0.1...day,
            "Wait after the first failure of an account; doubles with each more"),
        .seconds("poll.backoff_max", \.poll.backoffMax, 1...day, "Longest wait after failures of an account"),
    ]

    static let concurrency: [Entry] = [
        .integer(
            "concurrency.accounts", \.concurrency.accounts, 1...1000, unit: "accounts",
            "Accounts fetched at the same time"),
        .integer(
            "concurrency.requests_per_account", \.concurrency.requestsPerAccount, 1...64, unit: "requests",
            "Requests to one account at the same time"),
        .integer(
            "concurrency.compare_workers", \.concurrency.compareWorkers, 1...256, unit: "tasks",
            "Comparisons at the same time"),
    ]

    static let http: [Entry] = [
        .seconds("http.connect_timeout", \.http.connectTimeout, 0.1...600, "Longest wait for a connection to open"),
        .seconds("http.stall_timeout", \.http.stallTimeout, 1...3600, "Longest time without any byte of an answer"),
        .seconds("http.request_timeout", \.http.requestTimeout, 1...day, "Longest time for one request and its answer"),
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
            "channel.low", \.channel.low, 1...1_000_000, unit: "items",
            "Waiting items at which a stage that was stopped goes on"),
        .integer(
            "channel.high", \.channel.high, 1...1_000_000, unit: "items",
            "Waiting items between two stages at which the earlier one is stopped"),
    ]
}
