// SPDX-License-Identifier: Apache-2.0

/// A person known by a telephone number: a blind index, and a key of their own whose destruction forgets them.
public enum Person {}
public typealias PersonID = RowID<Person>
