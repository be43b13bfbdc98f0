// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Foundation
internal import HTTPTransfer
internal import StrictYAML
public import WireFormats

/// What `callsieve doctor` looks at: files, keys, disk, clock, and the running service if there is one. Changes nothing.
public struct DoctorReport: Sendable {
    public struct Finding: Sendable {
        public var isProblem: Bool
        public var text: String
        public var remedy: String?
    }

    public private(set) var findings: [Finding] = []
    private let configuration: Configuration

    /// Less free space than this is a problem: a day of calls and a checkpoint need it.
    private static let diskBytesMin: Int64 = 512 << 20
    /// The clock is wrong when it is before this program was written.
    private static let builtAfter: TimeInterval = 1_790_000_000

    /// Looks at what is on this machine. Blocks on the disk.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        let check = CheckReport(configuration)
        for problem in check.problems { bad(problem.description, nil) }
        if check.problems.isEmpty { good("configuration, dialects, recipes and rules are well") }
        lookAtFiles()
        lookAtDisk()
        lookAtClock()
    }

    private mutating func good(_ text: String) { findings.append(Finding(isProblem: false, text: text)) }
    private mutating func bad(_ text: String, _ remedy: String?) { findings.append(Finding(isProblem: true, text: text, remedy: remedy)) }

    private mutating func lookAtFiles() {
        let folder = configuration.dataFolder
        guard FileManager.default.fileExists(atPath: folder + "/callsieve.db") else {
            return good("no data yet: the first start makes \(folder)")
        }
        for path in [configuration.masterKeyPath, folder + "/api-token", folder + "/book-token", folder + "/book-webhook-secret"] {
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
                bad(
                    "\(path) is missing",
                    path == configuration.masterKeyPath ? "copy the master key back from its backup" : "restart the service: it makes a new one")
                continue
            }
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
            if mode & 0o077 != 0 { bad("\(path) can be read by others", "chmod 600 \(path)") }
        }
        good("the master key is \(configuration.masterKeyPath): back it up apart from the data")
    }

    private mutating func lookAtDisk() {
        var path = configuration.dataFolder
        while !FileManager.default.fileExists(atPath: path), path.contains("/"), path.count > 1 {
            path = (path as NSString).deletingLastPathComponent
        }
        guard let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path.isEmpty ? "." : path),
            let free = (attributes[.systemFreeSize] as? NSNumber)?.int64Value
        else { return bad("the free space of \(configuration.dataFolder) can't be read", "check that the folder can be reached") }
        if free < Self.diskBytesMin {
            bad("only \(free >> 20) MB are free for \(configuration.dataFolder)", "make room: calls are refused with 503 when the disk is full")
        } else {
            good("\(free >> 20) MB are free for the data")
        }
    }

    private mutating func lookAtClock() {
        if Date().timeIntervalSince1970 < Self.builtAfter {
            bad("the clock shows \(Date())", "set the clock: signatures and call times depend on it")
        }
    }

    /// Adds what a running service says of itself.
    public mutating func ask(_ client: ServiceClient) async {
        guard let ready = try? await client.send("GET", "/readyz") else {
            return good("no service is running at \(configuration.listener.description)")
        }
        if ready.status == 200 {
            good("the service runs and can store calls")
        } else {
            bad(
                "the service runs but can't store calls: \(String(decoding: ready.body.prefix(200), as: UTF8.self))",
                "free disk space, then wait some seconds")
        }
        do {
            let state = try await client.api("GET", "/admin/state")
            for set in state["rule_problems"]?.members ?? [] {
                for problem in set.value.array ?? [] {
                    bad("rules \(set.name) are not live as they stand: \(problem.string ?? "")", "mend the file; it goes live by itself")
                }
            }
            for name in state["quarantined"]?.array ?? [] {
                bad("a webhook that ended the process three times is set apart: \(name.string ?? "")", "keep the file for the makers of Callsieve")
            }
            for source in try await client.api("GET", "/admin/sources")["items"]?.array ?? [] {
                let say = source["say"]?[configuration.language.rawValue]?.string ?? ""
                let isWell = ["heard", "waiting"].contains(source["state"]?.string)
                if isWell { good("source \(say)") } else { bad("source \(say)", "callsieve sources") }
            }
            let dead = try await client.all("/outbox?state=dead", limit: 1000).count
            if dead > 0 {
                bad("\(dead) orders were refused by a CRM for good", "callsieve outbox list --state dead, mend the cause, callsieve outbox retry")
            }
            let held = try await client.all("/outbox?state=held", limit: 1000).count
            if held > 0 { bad("\(held) orders wait for a person", "callsieve outbox list --state held") }
        } catch {
            bad("the service does not answer the administrator: \(error)", "is \(configuration.dataFolder)/api-token the running service's?")
        }
    }

    public var json: JSON {
        [
            "findings": .array(
                findings.map { ["problem": .bool($0.isProblem), "text": .string($0.text), "remedy": JSON($0.remedy)] })
        ]
    }
}
