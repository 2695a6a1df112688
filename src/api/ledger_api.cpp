// The ledger over the API: verification, checkpoint, evidence packs.
#include "api/endpoints.hpp"
#include "ledger/evidence.hpp"
#include "planning/planning.hpp"

namespace evenkeel::api {
namespace {

std::string organisation_name(store::Tx& tx) {
  const auto o = definitions::current(tx);
  return o ? (*o)->name : "unnamed";
}
Result<ledger::Key> key_of(app::App& app, store::Tx& tx) {
  return ledger::load_or_make_key(app.options.ledger_key.empty() ? app.surroundings->state_folder + "/ledger.key" : app.options.ledger_key,
                                  "evenkeel/" + organisation_name(tx));
}
struct Key {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Key, (), (key))

}  // namespace

std::vector<Endpoint> ledger_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(query<ledger::fsck::Report>(app, "/api/v1/ledger/verify",
                                             "Prove the whole ledger, both ways; ?size=&root= of an earlier checkpoint",
                                             [](Work& work, Call& call) -> Result<ledger::fsck::Report> {
                                               std::optional<ledger::fsck::Pinned> pinned;
                                               if (!call.query("root").empty())
                                                 pinned = ledger::fsck::Pinned{std::atoll(call.query("size").c_str()), call.query("root")};
                                               return ledger::fsck::verify(work.tx, pinned);
                                             })
                     .tagged("ledger")
                     .for_any_role()
                     .with_query("size", "Size the checkpoint saw")
                     .with_query("root", "Root the checkpoint saw, hexadecimal"));
  list.push_back(endpoint<Nothing, http::Response>("GET", "/api/v1/ledger/checkpoint", "The signed checkpoint of the ledger as it is now",
                                                   [&app](Call& call) -> Result<http::Response> {
                                                     const auto actor = TRY(actor_of(app, call));
                                                     const auto text = app.engine->look(actor, [&](Work& work) -> Result<std::string> {
                                                       const auto key = TRY(key_of(app, work.tx));
                                                       const auto head = ledger::head(work.tx);
                                                       return ledger::sign_checkpoint(
                                                           {"evenkeel/" + organisation_name(work.tx), head.size, head.root}, key);
                                                     });
                                                     if (!text) return std::unexpected(text.error());
                                                     return http::Response::text(*text);
                                                   })
                     .tagged("ledger")
                     .for_any_role()
                     .of_type("text/plain"));
  list.push_back(query<Key>(app, "/api/v1/ledger/key", "The key that verifies checkpoints",
                            [&app](Work& work, Call&) -> Result<Key> { return Key{ledger::verifier_key(TRY(key_of(app, work.tx)))}; })
                     .tagged("ledger")
                     .for_any_role());
  list.push_back(
      endpoint<Nothing, http::Response>("GET", "/api/v1/releases/{release}/evidence", "The release's evidence pack (zip)",
                                        [&app](Call& call) -> Result<http::Response> {
                                          const auto actor = TRY(actor_of(app, call));
                                          auto pack = app.engine->look(actor, [&](Work& work) -> Result<std::string> {
                                            const auto release = TRY(planning::find_release(work.tx, call.param("release")));
                                            return ledger::export_pack(work.tx, release.id, release.title, organisation_name(work.tx),
                                                                       TRY(key_of(app, work.tx)), work.now);
                                          });
                                          if (!pack) return std::unexpected(pack.error());
                                          http::Response response{200, "application/zip", std::move(*pack)};
                                          response.headers.set("Content-Disposition", "attachment; filename=\"evidence.zip\"");
                                          return response;
                                        })
          .tagged("ledger")
          .for_roles({Role::coordinator, Role::risk_manager, Role::engineering_lead, Role::security, Role::qa, Role::auditor, Role::admin})
          .of_type("application/zip"));
  return list;
}

}  // namespace evenkeel::api
