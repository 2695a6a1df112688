// How a test of a connection reads an HTTP answer: whether anybody is there, whether the key is taken, and what to change when not.
#pragma once
#include "integrations/common/vendor.hpp"

namespace evenkeel::integrations {

struct Probe {
  Tested tested;
  http::ClientResponse answer;  // of a 2xx
  bool ok() const { return tested.problem.empty(); }
};
/// Asks something harmless. `has_key`: a secret went along, so an answer of 2xx says that it is taken.
Probe probe(const Wire& wire, http::ClientRequest request, bool has_key, const std::stop_token& stop);
/// For a receiver of posts, which has nothing that could be asked: whether anybody answers there at all. What it answers is said and not
/// judged, but for 401 and 403.
Tested reaches(const Wire& wire, const std::string& url, const std::string& what_send_does, const std::stop_token& stop);
/// A message that was really sent.
Tested tested_by(const Delivery& sent, const std::string& what);

}  // namespace evenkeel::integrations
