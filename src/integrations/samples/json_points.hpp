// Times and values out of any JSON: two pointers (RFC 6901) that may hold `*` for every element of a list or member of an object.
//
//   {"points": [{"t": 1772000000, "v": 3}, ...]}        times: /points/*/t    values: /points/*/v
//   {"time": ["2026-02-25T06:13:20Z"], "value": [3]}    times: /time/*        values: /value/*
#pragma once
#include "integrations/samples/samples.hpp"

namespace evenkeel::samples {

/// As many values as times, in the order of the document; a value that is null, or not there beside its time, is no sample. Error: invalid
/// (no JSON, nothing where a pointer points, not as many values as times, a time or value that cannot be read, more than a million).
Result<std::vector<Sample>> parse_json_points(std::string_view body, std::string_view times, std::string_view values);

}  // namespace evenkeel::samples
