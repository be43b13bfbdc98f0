// SPDX-License-Identifier: Apache-2.0
internal import CRM
internal import CallModel
internal import Delivery
internal import Essentials
internal import Foundation
internal import HTTPTransfer
internal import Hummingbird
internal import Intake
public import Logging
internal import PBX
internal import SalesBook
internal import Screening
import ServiceLifecycle
internal import Store
internal import UnixSignals
internal import WebServer
internal import WireFormats

/// The whole service, built from a configuration: everything is opened and checked before the first webhook is taken.
public struct CallsieveServer: Sendable {
    private let configuration: Configuration
    private let logger: Logger
    private let opened: OpenedStore
    private let http: HTTPTransfer
    private let services: [any Service]

    /// How long a graceful stop may take before what is left is cancelled.
    private static let stopWithin = Duration.seconds(25)

    /// Opens the stores, loads rules, dialects and recipes, connects the parts. Nothing is taken or sent before `run()`.
    /// - Throws: `SourceProblems` for what a person wrote; texts for the administrator for everything else.
    public init(_ configuration: Configuration, logger: Logger) async throws {
        self.configuration = configuration
        self.logger = logger
        let time = SystemTime(), random = SystemRandom()
        let secrets = try MadeSecrets(configuration, random: random)
        opened = try await OpenedStore(configuration)
        let store = opened.store
        let book = opened.book
        let library = try await RuleLibrary.open(
            folder: configuration.rulesFolder, defaultName: configuration.defaultRules, store: store, time: time, logger: logger)
        let adapters = AdapterLibrary(configuration)
        let accounts = try configuration.deliveryAccounts(adapters: adapters, bookToken: secrets.bookToken)
        let settings = try configuration.intakeSettings(adapters: adapters, delivery: accounts)
        let http = try HTTPTransfer()
        self.http = http

        let delivery = DeliveryService(store: store, accounts: accounts, http: http, time: time, random: random, logger: logger)
        let feed = LiveFeed()
        let commands = CommandSender(http: http, time: time, logger: logger)
        let ring = try InHandRing(folder: configuration.dataFolder)
        let intake = HookIntake(
            settings: settings, shelf: library, store: store, ring: ring, time: time, random: random, feed: feed, logger: logger,
            send: { commands.send($0) })
        commands.attach(intake)
        let outcomes = OutcomeIntake(intake, accounts: try configuration.outcomeAccounts(bookWebhook: secrets.bookWebhook))
        let access = Access(token: secrets.apiToken, time: time, random: random)
        let admin = AdminRoutes(
            acts: AdminActs(store: store, book: book, erasers: [intake.eraser], scrub: { try ring.scrub() }), region: configuration.country,
            state: { Self.state(of: library, ring: ring, delivery: delivery) }, sources: { SourceList.json(await intake.sources()) })
        let orders = OutboxAdmin(store: store, time: time)
        let web = try WebServer(
            settings: configuration.webSettings,
            parts: WebParts(
                hooks: intake, outcomes: outcomes,
                backend: StoreBackend(
                    store: store, desk: BriefingDesk(intake), sources: { await intake.sources() }, orders: orders, feed: feed, shelf: library,
                    groups: configuration.groups.keys.sorted() + configuration.lines.compactMap(\.group), language: configuration.language,
                    logger: logger),
                delivery: RunningDelivery(store: store, service: delivery, orders: orders, logger: logger),
                rules: RuleConsole(acts: library.acts, library: library, time: time), access: access, isReady: { Self.reasonNotReady(store.health) },
                metrics: Self.metrics(store: store, delivery: delivery, intake: intake),
                mounts: [try Self.mount(book, token: secrets.bookToken, access: access, configuration), admin.mount], time: time, logger: logger))
        let sender = BookSender(
            book: book, key: try Self.key(secrets.bookWebhook), logger: logger, post: Self.post(to: configuration, http: http))
        services = [
            RuleWatcher(library: library), ShadowWork(library: library, store: store, logger: logger), sender, delivery, commands,
            OrderBell(feed: feed, delivery: delivery), Leftovers(intake: intake), DueWork(intake),
            Housekeeping(store: store, configuration: configuration, logger: logger), web,
        ]
    }

    /// Serves until SIGTERM or SIGINT, then stops in order: intake, delivery, store. Returns when everything is closed.
    public func run() async throws {
        // Whoever closes a terminal, or rotates a log, does not mean to end the service; configuration is read at the start alone.
        signal(SIGHUP, SIG_IGN)
        logger.info("serving", metadata: ["address": "\(configuration.listener.description)", "data": "\(configuration.dataFolder)"])
        var group = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = Self.stopWithin
        group.maximumCancellationDuration = .seconds(5)
        let result: Result<Void, any Error>
        do {
            result = .success(try await ServiceGroup(configuration: group).run())
        } catch {
            result = .failure(error)
        }
        await http.shutdown()
        await opened.shutDown()
        logger.info("stopped")
        try result.get()
    }
}
