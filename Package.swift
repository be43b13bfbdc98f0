// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// The ladder of docs/structure.md, lowest first: a target imports only targets above its own line here.
let package = Package(
    name: "callsieve",
    products: [.executable(name: "callsieve", targets: ["callsieve"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(
            name: "CPhoneNumber",
            linkerSettings: [
                .linkedLibrary("phonenumber"), .linkedLibrary("geocoding"), .linkedLibrary("icuuc"), .linkedLibrary("stdc++"),
            ]),
        library("Essentials"),
        library("WireFormats", ["Essentials", crypto]),
        library("StrictYAML", ["Essentials", yams]),
        library("CallModel", ["Essentials", "CPhoneNumber"]),
        library("Decisions", ["Essentials"]),
        library("RuleFiles", ["Essentials", "StrictYAML", "CallModel", "Decisions"]),
        library(
            "PBX", ["Essentials", "WireFormats", "StrictYAML", "CallModel", crypto],
            resources: [.embedInCode("Dialects")]),
        library(
            "CRM", ["Essentials", "WireFormats", "StrictYAML", "CallModel", crypto, cryptoExtras],
            resources: [.embedInCode("Recipes")]),
        library("Screening", ["Essentials", "StrictYAML", "CallModel", "Decisions", "RuleFiles", crypto]),
        library("HTTPTransfer", ["Essentials", "CCurl"]),
        library("SQLEngine", ["Essentials"]),
        library("SQLiteDriver", ["Essentials", "SQLEngine", grdb, .product(name: "GRDBSQLite", package: "GRDB.swift")]),
        library("Store", ["Essentials", "CallModel", "SQLEngine", "WireFormats", crypto]),
        library(
            "SalesBook",
            ["Essentials", "WireFormats", "CallModel", "SQLEngine", "Store", crypto, hummingbird, lifecycle, logging, mustache],
            resources: [.embedInCode("Pages")]),
        library(
            "Delivery",
            ["Essentials", "WireFormats", "CallModel", "CRM", "HTTPTransfer", "SQLEngine", "Store", logging, lifecycle]),
        library(
            "Intake",
            ["Essentials", "WireFormats", "CallModel", "PBX", "Screening", "SQLEngine", "Store", crypto, logging, lifecycle]),
        library(
            "Console", ["Essentials", "WireFormats", "CallModel", "Screening", mustache],
            resources: [.embedInCode("Pages")]),
        library(
            "WebServer",
            [
                "Essentials", "WireFormats", "CallModel", "Decisions", "RuleFiles", "PBX", "Screening", "Store", "SalesBook", "Intake",
                "Delivery", "Console", hummingbird, logging, lifecycle, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), crypto,
            ],
            resources: [.embedInCode("Documents")]),
        library(
            "CallsieveService",
            [
                "Essentials", "StrictYAML", "WireFormats", "CallModel", "Decisions", "RuleFiles", "PBX", "CRM", "Screening", "HTTPTransfer",
                "SQLEngine", "SQLiteDriver", "Store", "SalesBook", "Delivery", "Intake", "Console", "WebServer", hummingbird,
                logging, lifecycle, crypto,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "callsieve",
            dependencies: [
                "Essentials", "WireFormats", "CallModel", "PBX", "CRM", "Screening", "RuleFiles", "Store", "HTTPTransfer",
                "WebServer", "CallsieveService", "StrictYAML", arguments, logging,
            ], swiftSettings: strict),
        .executableTarget(name: "BareRoute", dependencies: [hummingbird, logging], path: "Tests/Bench/BareRoute", swiftSettings: strict),
        .executableTarget(
            name: "DeliveryBench",
            dependencies: [
                "Delivery", "HTTPTransfer", "CRM", "CallModel", "Store", "SQLiteDriver", "SQLEngine", "Essentials", "WireFormats", logging,
            ],
            path: "Tests/Bench/DeliveryBench", swiftSettings: strict),
        .target(
            name: "Simulation",
            dependencies: ["Essentials", "WireFormats", "StrictYAML", "CallModel", "RuleFiles", "Screening", "CRM", "Store", "Delivery"],
            path: "Tests/Simulation", swiftSettings: strict),
        .executableTarget(name: "Simulate", dependencies: ["Simulation"], path: "Tests/Simulate", swiftSettings: strict),
        tests("SimulationTests", ["Simulation"], exclude: ["failed-seeds.txt"]),
        .executableTarget(
            name: "RuleBench", dependencies: ["Screening", "RuleFiles", "Decisions", "CallModel", "Essentials"], path: "Tests/Bench/RuleBench",
            swiftSettings: strict),
        .target(
            name: "FuzzTargets",
            dependencies: ["PBX", "PBXSamples", "WireFormats", "Screening", "RuleFiles", "StrictYAML", "CallModel", "Essentials"],
            path: "Tests/Fuzz/Targets", swiftSettings: strict),
        .executableTarget(name: "Fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Fuzz", swiftSettings: strict),
        .executableTarget(
            name: "DecodeBench", dependencies: ["PBX", "PBXSamples", "Essentials", "WireFormats", crypto], path: "Tests/Bench/DecodeBench",
            swiftSettings: strict),
        tests("FuzzTests", ["FuzzTargets"]),
        tests("EssentialsTests", ["Essentials", "WireFormats", "StrictYAML"]),
        tests("CallModelTests", ["CallModel", "Essentials"]),
        .target(
            name: "PBXSamples", dependencies: ["PBX", "CallModel", "Essentials", "WireFormats"], path: "Tests/PBXSamples", swiftSettings: strict),
        .executableTarget(
            name: "AnalysisBench", dependencies: ["RuleCorpus", "Decisions", "RuleFiles", "Screening", "CallModel", "Essentials"],
            path: "Tests/Bench/AnalysisBench", swiftSettings: strict),
        .target(
            name: "RuleCorpus", dependencies: ["Decisions", "RuleFiles", "Screening", "CallModel", "Essentials"], path: "Tests/RuleCorpus",
            swiftSettings: strict),
        tests(
            "RulesTests", ["Decisions", "RuleFiles", "Screening", "StrictYAML", "CallModel", "Essentials", "RuleCorpus"],
            exclude: ["Fixtures", "Kit"]),
        tests("PBXTests", ["PBX", "PBXSamples", "CallModel", "Essentials", "WireFormats", "StrictYAML", crypto], exclude: ["Fixtures"]),
        tests("CRMTests", ["CRM", "CallModel", "Essentials", "WireFormats", "StrictYAML", crypto], exclude: ["Fixtures"]),
        tests(
            "StoreTests",
            [
                "Store", "SQLiteDriver", "SQLEngine", "CallModel", "Essentials", "WireFormats",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        tests(
            "DeliveryTests",
            ["Delivery", "HTTPTransfer", "CRM", "Store", "SQLiteDriver", "SQLEngine", "CallModel", "Essentials", "WireFormats", logging]),
        tests(
            "ServiceTests",
            [
                "CallsieveService", "WebServer", "SalesBook", "Intake", "Delivery", "Store", "SQLiteDriver", "SQLEngine", "Screening", "RuleFiles",
                "PBX", "PBXSamples", "CRM", "HTTPTransfer", "CallModel", "Essentials", "WireFormats", "StrictYAML", "Console", hummingbird,
                .product(name: "HummingbirdTesting", package: "hummingbird"), logging, lifecycle,
                .product(name: "NIOCore", package: "swift-nio"),
            ], exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
