// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import Essentials

/// What `callsieve.yaml` says, read and checked, with every default filled in.
///
/// Paths are absolute or relative to the working directory. Secrets are still references: they are read when the
/// service is built, so that `check` can name each one that is missing.
public struct Configuration: Sendable {
    /// Address of the one listener.
    public struct Listener: Hashable, Sendable {
        public var host: String
        public var port: Int
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
        /// `127.0.0.1:8480`, with brackets around an IPv6 address.
        public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
        /// Whether only this machine can reach it.
        public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
    }

    /// One PBX that may post to `/hooks/<name>`.
    public struct Source: Sendable {
        public var name: String
        public var dialect: String
        public var secrets: [String: [SecretReference]] = [:]
        public var token: SecretReference?
        public var zone: String?
        public var country: String?
        public var publicBase: String?
        /// Decide and record everything, answer "let through", push nothing.
        public var watch = false
        public var substitutes: [Action: Action] = [:]
        public var tolerance: Duration?
        /// Sentences and sounds for callers, by the dialect's names.
        public var texts: [String: String] = [:]
        /// Where commands go instead of the vendor's own address: `https://host/path/`.
        public var commandBase: String?
        /// A source of which nothing was heard for so long within the working hours of its lines counts as silent.
        public var quietAfter = Duration.seconds(4 * 3600)
        /// Makes a link of a recording's id: `{recording}` stands for it.
        public var recordingLink: String?
        /// Field of the PBX that a fact of the rules takes its value from.
        public var facts: [String: String] = [:]
        public init(name: String, dialect: String) {
            self.name = name
            self.dialect = dialect
        }
    }

    /// A called number, or a pattern of numbers ending in `*`.
    public struct Line: Sendable {
        public var number: String
        public var name: String
        public var source: String?
        public var zone: String?
        public var country: String?
        public var rules: String?
        public var channel: String?
        public var group: String?
        public var watch = false
        public var hours: WorkingHours?
        public init(number: String, name: String) {
            self.number = number
            self.name = name
        }
    }

    /// One CRM that qualified leads go to.
    public struct Account: Sendable {
        public var name: String
        public var recipe: String
        /// The recipe's account fields that are no secrets.
        public var fields: [String: String] = [:]
        public var secrets: [String: [SecretReference]] = [:]
        /// The `address:port` pairs on loopback or a private network that this account alone may reach.
        public var allowedAddresses: [String] = []
        /// Secret of the hook by which the CRM reports outcomes.
        public var hookSecret: [SecretReference] = []
        public var hookToken: SecretReference?
        /// Custom fields: CRM's field → name of the lead dictionary.
        public var mapping: [String: String] = [:]
        public init(name: String, recipe: String) {
            self.name = name
            self.recipe = recipe
        }
    }

    /// The file as it was named on the command line; `nil` when the service runs on defaults.
    public var file: String?
    public var listener = Listener(host: "127.0.0.1", port: 8480)
    public var dataFolder = "./data"
    public var rulesFolder = "./rules"
    public var defaultRules: String?
    public var language = Language.en
    public var zone = "Europe/Moscow"
    public var country = "RU"
    public var sources: [Source] = []
    public var lines: [Line] = []
    /// A rule's word for a target → source → address; `by directory` takes it from the caller directory.
    public var targets: [String: [String: String]] = [:]
    public var agents: [String: String] = [:]
    public var deliver: [LeadStatus] = [.qualified]
    public var accounts: [Account] = []
    public var defaultAccount = "book"
    public var groups: [String: String] = [:]
    public var allowList: String?
    public var leadWindow = Duration.seconds(30 * 86_400)
    public var hangupGrace = Duration.seconds(30)
    public var briefingGrace = Duration.seconds(600)
    public var rawRetention = Duration.seconds(30 * 86_400)
    public var logLevel = "info"

    public init() {}

    /// What runs without any file: the demo source, the built-in sales book, loopback only.
    public static var builtIn: Configuration {
        var configuration = Configuration()
        var demo = Source(name: "demo", dialect: "callsieve")
        demo.secrets = ["signing": [.made("demo.secret")]]
        configuration.sources = [demo]
        configuration.accounts = [Account(name: "book", recipe: "salesbook")]
        configuration.lines = [
            Line(number: "+74950000101", name: "main"), Line(number: "+74950000102", name: "ads"),
            Line(number: "+74950000103", name: "referral"), Line(number: "+74950000104", name: "tender"),
        ]
        configuration.targets = [
            "account manager": ["demo": "201"], "owner": ["demo": "by directory"], "desk": ["demo": "202"], "acute pain menu": ["demo": "701"],
            "dealer manager": ["demo": "203"], "service desk": ["demo": "204"], "web shop": ["demo": "205"],
        ]
        return configuration
    }
}
