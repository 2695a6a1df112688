// What a server has answered since it began, for its own figures.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>

namespace evenkeel::http {

struct Counts {
  std::array<std::atomic<std::uint64_t>, 6> answers = {};  // by the first digit of the status; event streams count when they begin
  std::atomic<std::int64_t> connections = 0, streams = 0;  // open now
};

}  // namespace evenkeel::http
