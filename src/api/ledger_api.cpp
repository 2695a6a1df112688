// The ledger over the API: verification, checkpoints, keys, proofs, evidence packs.
#include "api/endpoints.hpp"
#include "ledger/evidence.hpp"
#include "ledger/stored_tree.hpp"
#include "planning/planning.hpp"
#include "work/ledger_key.hpp"

namespace evenkeel::api {
namespace {

struct Keys {
  std::string key;                // the one that signs now
  std::vector<PinnedKey> pinned;  // all that ever did, oldest first
};
BOOST_DESCRIBE_STRUCT(Keys, (), (key, pinned))

struct InclusionProof {
  std::int64_t index = 0, size = 0;
  std::string leaf, root;         // hexadecimal
  std::vector<std::string> path;  // hexadecimal, the leaf's neighbour first
};
BOOST_DESCRIBE_STRUCT(InclusionProof, (), (index, size, leaf, root, path))
struct ConsistencyProof {
  std::int64_t from = 0, to = 0;
  std::string from_root, to_root;
  std::vector<std::string> path;
};
BOOST_DESCRIBE_STRUCT(ConsistencyProof, (), (from, to, from_root, to_root, path))

/// "?size=3,9&root=ab..,cd..": checkpoints that somebody kept.
Result<std::vector<ledger::fsck::Pinned>> pinned_of(const Call& call) {
  std::vector<ledger::fsck::Pinned> out;
  const auto part = [](std::string& list) {
    const auto end = std::min(list.find(','), list.size());
    auto one = list.substr(0, end);
    list.erase(0, end + 1);
    return one;
  };
  std::string sizes = call.query("size"), roots = call.query("root");
  while (!roots.empty() || !sizes.empty()) {
    const auto size = part(sizes), root = part(roots);
    const auto value = json::parse(size);
    if (!value || !value->is_int64() || value->get_int64() < 0)
      return invalid("size is a number of entries, 0 or more, for each root", "size");
    if (root.empty()) return invalid("root is what the checkpoint saw, hexadecimal, for each size", "root");
    out.push_back({value->get_int64(), root});
  }
  return out;
}

std::vector<std::string> in_hex(const std::vector<Hash>& hashes) {
  std::vector<std::string> out;
  for (const auto& h : hashes) out.push_back(to_hex(h));
  return out;
}

/// A whole number of a query; `fallback` when it is not given.
Result<std::int64_t> number_of(const std::string& text, const char* name, std::int64_t fallback) {
  if (text.empty()) return fallback;
  const auto v = json::parse(text);
  if (!v || !v->is_int64() || v->get_int64() < 0) return invalid(fmt::format("{} is a number of entries, 0 or more", name), name);
  return v->get_int64();
}

Result<InclusionProof> prove_entry(Work& work, Call& call) {
  const auto size = TRY(number_of(call.query("size"), "size", -1));
  const auto tree = ledger::stored_tree(work.tx, size);
  const auto index = TRY(number_of(call.param("index"), "index", 0));
  if (index >= static_cast<std::int64_t>(tree.size()))
    return not_found(fmt::format("entry {} is not among the first {} of this ledger", index, tree.size()));
  std::string leaf;
  work.tx.exec("SELECT leaf FROM ledger_entry WHERE id = $1", {index}, [&](const store::Row& row) { leaf = to_hex(row.blob(0)); });
  return InclusionProof{index, static_cast<std::int64_t>(tree.size()), leaf, to_hex(tree.root()),
                        in_hex(tree.audit_path(static_cast<std::size_t>(index)))};
}

Result<ConsistencyProof> prove_consistency(Work& work, Call& call) {
  const auto tree = ledger::stored_tree(work.tx, TRY(number_of(call.query("to"), "to", -1)));
  const auto size = static_cast<std::int64_t>(tree.size());
  const auto from = TRY(number_of(call.query("from"), "from", size));
  if (from > size) return invalid(fmt::format("this ledger has {} entries; a tree of {} is not its beginning", size, from), "from");
  return ConsistencyProof{from, size, to_hex(ledger::stored_tree(work.tx, from).root()), to_hex(tree.root()),
                          in_hex(tree.consistency_path(static_cast<std::size_t>(from)))};
}

Result<http::Response> checkpoint(app::App& app, Call& call) {
  const auto actor = TRY(actor_of(app, call));
  const auto key = TRY(app::signing_key(app));
  const auto origin = app::ledger_name(app);
  return http::Response::text(app.engine->look(actor, [&](Work& work) {
    const auto head = ledger::head(work.tx);
    return ledger::sign_checkpoint({origin, head.size, head.root}, key);
  }));
}

/// What people wrote leaves the server, beyond any erasure: with who answers for it.
Result<void> may_carry_reasons_out(const Actor& actor, const std::string& area) {
  for (const auto role : {Role::auditor, Role::risk_manager, Role::coordinator, Role::security, Role::admin})
    if (actor.has(role, area)) return {};
  return forbidden("a pack with reasons is exported by auditor, risk_manager, coordinator, security or admin; leave --reasons out");
}

Result<http::Response> evidence_pack(app::App& app, Call& call) {
  const auto actor = TRY(actor_of(app, call));
  const auto key = TRY(app::signing_key(app));
  const auto organisation = app::ledger_name(app).substr(9);  // behind "evenkeel/"
  const auto reasons = call.query("reasons") == "true" ? ledger::Reasons::included : ledger::Reasons::left_out;
  auto pack = app.engine->look(actor, [&](Work& work) -> Result<std::string> {
    const auto release = TRY(planning::find_release(work.tx, call.param("release")));
    if (reasons == ledger::Reasons::included) TRY(may_carry_reasons_out(work.actor, release.area));
    return ledger::export_pack(work.tx, release.id, release.title, organisation, key, work.now, reasons);
  });
  if (!pack) return std::unexpected(pack.error());
  http::Response response{200, "application/zip", std::move(*pack)};
  response.headers.set("Content-Disposition", "attachment; filename=\"evidence.zip\"");
  return response;
}

Result<PinnedKey> rotate(app::App& app, Call& call) {
  return rotate_ledger_key(*app.engine, TRY(actor_of(app, call)), app::signing_key_file(app), app::ledger_name(app));
}

}  // namespace

std::vector<Endpoint> ledger_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(
      query<ledger::fsck::Report>(
          app, "/api/v1/ledger/verify", "Prove the whole ledger, both ways; ?size=&root= of earlier checkpoints",
          [](Work& work, Call& call) -> Result<ledger::fsck::Report> { return ledger::fsck::verify(work.tx, TRY(pinned_of(call))); })
          .tagged("ledger")
          .for_any_role()
          .with_query("size", "Size the checkpoint saw; several with commas between")
          .with_query("root", "Root the checkpoint saw, hexadecimal; as many as sizes"));
  list.push_back(endpoint<Nothing, http::Response>("GET", "/api/v1/ledger/checkpoint", "The signed checkpoint of the ledger as it is now",
                                                   [&app](Call& call) { return checkpoint(app, call); })
                     .tagged("ledger")
                     .for_any_role()
                     .of_type("text/plain"));
  list.push_back(query<Keys>(app, "/api/v1/ledger/key", "The key that verifies checkpoints and packs, and those before it",
                             [&app](Work& work, Call&) -> Result<Keys> {
                               auto pinned = pinned_keys(work.tx);
                               return Keys{pinned.empty() ? ledger::verifier_key(TRY(app::signing_key(app))) : pinned.back().id,
                                           std::move(pinned)};
                             })
                     .tagged("ledger")
                     .for_any_role());
  list.push_back(endpoint<Nothing, PinnedKey>("POST", "/api/v1/ledger/key/rotate", "Sign with a new key from now on",
                                              [&app](Call& call) { return rotate(app, call); })
                     .tagged("ledger")
                     .for_roles({Role::admin}));
  list.push_back(
      query<InclusionProof>(app, "/api/v1/ledger/entries/{index}/proof", "That an entry stands in the ledger (RFC 6962)", prove_entry)
          .tagged("ledger")
          .for_any_role()
          .with_query("size", "Of the tree that the proof leads to; default: as it is now"));
  list.push_back(query<ConsistencyProof>(app, "/api/v1/ledger/consistency", "That a larger ledger begins with a smaller one (RFC 6962)",
                                         prove_consistency)
                     .tagged("ledger")
                     .for_any_role()
                     .with_query("from", "Size of the smaller", true)
                     .with_query("to", "Size of the larger; default: as it is now"));
  list.push_back(
      endpoint<Nothing, http::Response>("GET", "/api/v1/releases/{release}/evidence", "The release's evidence pack (zip)",
                                        [&app](Call& call) { return evidence_pack(app, call); })
          .tagged("ledger")
          .with_query("reasons", "true: with the reasons that people gave")
          .for_roles({Role::coordinator, Role::risk_manager, Role::engineering_lead, Role::security, Role::qa, Role::auditor, Role::admin})
          .of_type("application/zip"));
  return list;
}

}  // namespace evenkeel::api
