// SPDX-License-Identifier: Apache-2.0
import Foundation
import FuzzTargets

// `Tests/Fuzz/run` builds this with -sanitize=fuzzer and -D FUZZING: libFuzzer then makes the inputs. Built without, the
// program reads the files it is given, each once: `Fuzz yaml Tests/Fuzz/Corpus/yaml/*`.

#if FUZZING
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runLibFuzzer(
        _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ read: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    ) -> CInt

    private let chosen = FuzzTarget.all.first { $0.name == ProcessInfo.processInfo.environment["FUZZ_TARGET"] }

    @main struct Fuzz {
        static func main() {
            guard chosen != nil else { return print("FUZZ_TARGET is one of: \(FuzzTarget.all.map(\.name).joined(separator: ", "))") }
            var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
            exit(
                runLibFuzzer(&count, &arguments) { start, size in
                    chosen?.read(Array(UnsafeBufferPointer(start: start, count: size)))
                    return 0
                })
        }
    }
#else
    @main struct Fuzz {
        static func main() throws {
            let arguments = CommandLine.arguments.dropFirst()
            guard let target = FuzzTarget.all.first(where: { $0.name == arguments.first }) else {
                return print("usage: Fuzz \(FuzzTarget.all.map(\.name).joined(separator: "|")) FILE…")
            }
            for path in arguments.dropFirst() {
                print(path)
                target.read([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
            }
        }
    }
#endif
