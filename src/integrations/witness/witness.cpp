// A C2SP witness (https://c2sp.org/tlog-witness): `url` is its submission prefix, `verifier` its key as it publishes it.
#include "capabilities/witness.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/note_key.hpp"
#include "base/utf8.hpp"
#include "integrations/common/probe.hpp"
#include "integrations/common/webhook.hpp"

namespace evenkeel::integrations {
namespace witness {
namespace {

using capabilities::WitnessAnswer;
using capabilities::WitnessEnd;

struct WitnessSettings {
  static constexpr std::string_view required[] = {"url", "verifier"};
  static constexpr Says says[] = {{"url", "Address of the witness, as https://witness.example.org/prefix; /add-checkpoint is added"},
                                  {"verifier", "Its key for Ed25519 cosignatures, as NAME+ID+BASE64"},
                                  {"secret", "A bearer token where a gateway asks for one, as ${env:NAME} or ${file:PATH}"}};
  std::string url;
  std::string verifier;
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(WitnessSettings, (), (url, verifier, secret))

/// https://c2sp.org/tlog-witness: "The client MUST NOT send more than 63 consistency proof lines." No ledger is that high.
constexpr std::size_t most_proof_lines = 63;
/// Several keys may sign, one of them with a signature of 2,420 bytes: room for some, not for a flood.
constexpr std::size_t longest_answer = 16u << 10;

/// The signature lines of an answer; empty when it has other lines, or none.
std::string signature_lines(const std::string& body) {
  for (std::size_t at = 0; at < body.size(); at = body.find('\n', at) + 1)
    if (!body.substr(at).starts_with("— ") || body.find('\n', at) == std::string::npos) return {};
  return body;
}

std::optional<std::int64_t> size_of(std::string_view body) {
  if (body.ends_with('\n')) body.remove_suffix(1);
  std::int64_t size = 0;
  const auto [end, ec] = std::from_chars(body.data(), body.data() + body.size(), size);
  if (ec != std::errc{} || end != body.data() + body.size() || size < 0) return {};
  return size;
}

WitnessAnswer answer_of(const http::ClientResponse& answer, SysTime now) {
  if (answer.status == 200) {
    auto lines = signature_lines(answer.body);
    if (!lines.empty()) return {.end = WitnessEnd::cosigned, .lines = std::move(lines)};
    return {.end = WitnessEnd::retry, .problem = "what answers there is no witness: HTTP 200 without a signature"};
  }
  if (answer.status == 409)
    if (const auto size = size_of(answer.body)) return {.end = WitnessEnd::elsewhere, .size = *size};
  const auto delivery = delivery_of(answer, now);
  return {.end = answer.status == 422                   ? WitnessEnd::contradicts
                 : delivery.end == DeliveryEnd::refused ? WitnessEnd::refused
                                                        : WitnessEnd::retry,
          .problem =
              answer.status == 404 ? "the witness does not know this log: give its operator the origin and the key (`evenkeel ledger key`)"
              : answer.status == 403 ? "the witness does not trust the key that signed the checkpoint: give its operator the key in force "
                                       "(`evenkeel ledger key`)"
              : delivery.reason.empty() ? fmt::format("the witness answered HTTP {}", answer.status)
                                        : delivery.reason,
          .retry_after = delivery.retry_after};
}

class Outside final : public capabilities::Witness {
 public:
  Outside(WitnessSettings s, Wire wire) : settings_(std::move(s)), secret_(settings_.secret), wire_(std::move(wire)) {}

  std::string verifier() const override { return settings_.verifier; }

  WitnessAnswer show(std::int64_t old_size, const std::vector<Hash>& proof, const std::string& checkpoint, SysTime now,
                     std::stop_token stop) override {
    if (proof.size() > most_proof_lines) return {.end = WitnessEnd::refused, .problem = "the proof is longer than a witness takes"};
    std::string body = fmt::format("old {}\n", old_size);
    for (const auto& hash : proof) body += to_base64(as_bytes(hash)) + "\n";
    http::ClientRequest request{.method = "POST",
                                .url = address(),
                                .body = body + "\n" + checkpoint,
                                .max_body = longest_answer,
                                .path_is_secret = wire_.address_is_secret};
    request.headers.set("Content-Type", "text/plain; charset=utf-8");
    if (!secret_.empty()) request.headers.set("Authorization", "Bearer " + secret_.reveal());
    const auto answer = wire_.http->send(request, std::move(stop));
    if (!answer)
      return {.end = answer.error().kind == ErrorKind::invalid ? WitnessEnd::refused : WitnessEnd::retry,
              .problem = answer.error().message};
    return answer_of(*answer, now);
  }
  /// There is nothing harmless to ask of a witness: whether it takes the log shows with the first checkpoint.
  Tested test(const TestAsk& ask) {
    auto tested = reaches(wire_, address(), "", ask.stop);
    if (tested.problem.empty())
      tested.next_step = "whether it knows this log shows with the next checkpoint: `evenkeel ledger verify` says it";
    return tested;
  }

 private:
  std::string address() const { return base_of(settings_.url) + "/add-checkpoint"; }
  WitnessSettings settings_;
  Secret secret_;
  Wire wire_;
};

Result<Integration> open(const WitnessSettings& s, const Wire& wire) {
  const auto outside = std::make_shared<Outside>(s, wire);
  return Integration{.witness = outside, .test = [outside](const TestAsk& ask) { return outside->test(ask); }};
}

void check(const WitnessSettings& s, const std::string& path, std::vector<Complaint>& complaints) {
  if (const auto key = parse_note_key(s.verifier, NoteAlgorithm::cosignature_ed25519); !key)
    complaints.push_back({path + ".verifier", key.error().message + "; write the key that the witness publishes (vkey)"});
}

}  // namespace
}  // namespace witness

Vendors witness_vendors() { return {vendor_of("witness", {Ability::witness}, witness::open, witness::check)}; }

}  // namespace evenkeel::integrations
