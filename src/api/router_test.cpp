#include "api/router.hpp"

#include <gtest/gtest.h>

#include "store/database.hpp"

namespace evenkeel::api {
namespace {

enum class Tier { standard, normal };
BOOST_DESCRIBE_ENUM(Tier, standard, normal)
struct Plan {
  std::string version;
  Tier tier = Tier::normal;
  std::vector<std::string> services;
};
BOOST_DESCRIBE_STRUCT(Plan, (), (version, tier, services))
struct View {
  std::string id;
  std::string version;
  int revision = 0;
};
BOOST_DESCRIBE_STRUCT(View, (), (id, version, revision))
struct Filter {
  std::optional<int> limit;
  std::vector<std::string> area;
  bool open = false;
  std::string sort = "due";
};
BOOST_DESCRIBE_STRUCT(Filter, (), (limit, area, open, sort))

std::vector<Endpoint> table() {
  std::vector<Endpoint> all;
  all.push_back(endpoint<Plan, View>("POST", "/api/v1/releases", "Plan a release",
                                     [](Call& call, const Plan& in) -> Result<View> {
                                       if (in.version == "full") throw store::DatabaseError(store::Fault::full, "disk");
                                       if (in.version == "twice") throw store::DatabaseError(store::Fault::unique, "release_key");
                                       if (in.version == "throw") throw std::runtime_error("lost database password=x");
                                       call.created("/api/v1/releases/rel_1");
                                       return View{"rel_1", in.version + "/" + std::to_string(in.services.size()), 1};
                                     })
                    .tagged("releases")
                    .for_roles({Role::coordinator}));
  all.push_back(endpoint<Filter, std::vector<View>>(
      "GET", "/api/v1/releases", "List releases", [](Call&, const Filter& f) -> Result<std::vector<View>> {
        return std::vector{View{f.sort, f.area.empty() ? "" : f.area.back(), f.limit.value_or(-1) + (f.open ? 100 : 0)}};
      }));
  all.push_back(endpoint<Nothing, View>("GET", "/api/v1/releases/{id}", "One release", [](Call& call) -> Result<View> {
    if (call.param("id") == "gone") return not_found("there is no release 'gone'");
    call.etag("7");
    return View{call.param("id"), call.session.actor, 7};
  }));
  all.push_back(endpoint<Nothing, View>("GET", "/api/v1/releases/latest", "The latest release", [](Call&) -> Result<View> {
                  return View{"the latest", "", 0};
                }).for_anyone());
  all.push_back(endpoint<Nothing, Nothing>("DELETE", "/api/v1/releases/{id}", "Cancel", [](Call& call) -> Result<Nothing> {
    TRY(call.require_match("7"));
    return Nothing{};
  }));
  all.push_back(endpoint<Nothing, Nothing>("POST", "/api/v1/releases/{id}/go", "Decide go", [](Call&) -> Result<Nothing> {
    Error error{ErrorKind::blocked, "the release cannot go"};
    error.refusals.push_back({"rollback_rehearsed", "never", "30d", "", "rehearse it", "release coordinator"});
    return std::unexpected(error);
  }));
  all.push_back(
      endpoint<Nothing, http::Response>("GET", "/api/v1/releases/{id}/notes", "Notes as text", [](Call&) -> Result<http::Response> {
        return http::Response::text("notes");
      }).of_type("text/plain"));
  return all;
}
const Router& router() {
  static const Router it{table(),
                         [](const http::Request& r) -> Result<Session> {
                           if (http::bearer_token(r) != "good") return fail(ErrorKind::unauthenticated, "no valid token");
                           return Session{"good", "prs_1"};
                         },
                         "1.2.3"};
  return it;
}

struct Scenario {
  const char* what;
  std::string method, target, body;
  http::Headers headers;
  int status;
  std::vector<std::string> contains;  // of body or "Name: value" of a header
};
void PrintTo(const Scenario& s, std::ostream* out) { *out << s.what; }

const http::Headers signed_in{{"Authorization", "Bearer good"}};
http::Headers with(std::string name, std::string value) {
  auto h = signed_in;
  h.set(name, std::move(value));
  return h;
}
const Scenario scenarios[] = {
    {"a described body becomes the handler's input",
     "POST",
     "/api/v1/releases",
     R"({"version":"2.1","services":["a","b"]})",
     signed_in,
     201,
     {R"("version":"2.1/2")", "Location: /api/v1/releases/rel_1"}},
    {"all complaints come at once, unknown keys too",
     "POST",
     "/api/v1/releases",
     R"({"versoin":"2","tier":"urgent"})",
     signed_in,
     422,
     {R"({"field":"version","message":"required"})", "unknown value 'urgent'", "did you mean 'version'?", R"("status":422)",
      "urn:evenkeel:problem:invalid"}},
    {"text that is not JSON is 400", "POST", "/api/v1/releases", "{", signed_in, 400, {"problem"}},
    {"a form is refused with the type to use",
     "POST",
     "/api/v1/releases",
     "version=2",
     with("Content-Type", "application/x-www-form-urlencoded"),
     415,
     {"application/json"}},
    {"JSON with a charset is read",
     "POST",
     "/api/v1/releases",
     R"({"version":"2"})",
     with("Content-Type", "application/json; charset=utf-8"),
     201,
     {"2/0"}},
    {"what a handler throws is 500 and not shown",
     "POST",
     "/api/v1/releases",
     R"({"version":"throw"})",
     signed_in,
     500,
     {"its log says why"}},
    {"a database that cannot is 503, says what is the matter and when to come again",
     "POST",
     "/api/v1/releases",
     R"({"version":"full"})",
     signed_in,
     503,
     {"its disk is full or failing", "Retry-After: 5"}},
    {"what somebody else has stored meanwhile is a conflict",
     "POST",
     "/api/v1/releases",
     R"({"version":"twice"})",
     signed_in,
     409,
     {"stored the same thing meanwhile"}},
    {"the query becomes the handler's input",
     "GET",
     "/api/v1/releases?limit=5&area=web,pay&open=true",
     "",
     signed_in,
     200,
     {R"([{"id":"due","version":"pay","revision":105}])"}},
    {"a query of the wrong kind is refused",
     "GET",
     "/api/v1/releases?limit=many&lmit=1",
     "",
     signed_in,
     422,
     {R"("field":"limit")", "did you mean 'limit'?"}},
    {"a parameter is decoded",
     "GET",
     "/api/v1/releases/a%2Fb%20c",
     "",
     signed_in,
     200,
     {R"("id":"a/b c")", "prs_1", "ETag: \"7\"", "Cache-Control: private, no-cache"}},
    {"a literal segment goes before a parameter, and open endpoints need nobody",
     "GET",
     "/api/v1/releases/latest",
     "",
     {},
     200,
     {"the latest"}},
    {"a known tag is 304", "GET", "/api/v1/releases/x", "", with("If-None-Match", "\"6\", \"7\""), 304, {}},
    {"another tag is not", "GET", "/api/v1/releases/x", "", with("If-None-Match", "\"6\""), 200, {}},
    {"a stale If-Match is 412 and says so",
     "DELETE",
     "/api/v1/releases/x",
     "",
     with("If-Match", "\"6\""),
     412,
     {"changed since you read it", "Precondition Failed"}},
    {"a current If-Match passes and nothing is 204", "DELETE", "/api/v1/releases/x", "", with("If-Match", "\"7\""), 204, {}},
    {"not found is told in the handler's words", "GET", "/api/v1/releases/gone", "", signed_in, 404, {"there is no release 'gone'"}},
    {"refusals carry rule, limit, next step and who",
     "POST",
     "/api/v1/releases/x/go",
     "",
     signed_in,
     409,
     {R"("rule":"rollback_rehearsed")", R"("limit":"30d")", R"("next_step":"rehearse it")", R"("who":"release coordinator")",
      "problem:blocked"}},
    {"without a session it is 401", "GET", "/api/v1/releases/x", "", {}, 401, {"no valid token", "WWW-Authenticate: Bearer"}},
    {"an unknown path is 404", "GET", "/api/v1/nothing", "", signed_in, 404, {"/api/v1/openapi.json"}},
    {"an empty segment is not a parameter", "GET", "/api/v1/releases/", "", signed_in, 404, {}},
    {"a broken escape is not a parameter", "GET", "/api/v1/releases/%zz", "", signed_in, 404, {}},
    {"another method is 405 with what is possible", "PUT", "/api/v1/releases/x", "", signed_in, 405, {"Allow: GET, DELETE, HEAD"}},
    {"HEAD is GET", "HEAD", "/api/v1/releases/x", "", signed_in, 200, {}},
    {"a handler may answer by itself", "GET", "/api/v1/releases/x/notes", "", signed_in, 200, {"notes", "text/plain"}},
};

class Dispatch : public testing::TestWithParam<Scenario> {};
TEST_P(Dispatch, AnswersAsDeclared) {
  const auto& s = GetParam();
  const auto answer = router().dispatch(http::make_request(s.method, s.target, s.body, s.headers));
  EXPECT_EQ(answer.status, s.status) << answer.body;
  std::string all = answer.content_type + "\n" + answer.body;
  for (const auto& [name, value] : answer.headers) all += "\n" + name + ": " + value;
  for (const auto& part : s.contains) EXPECT_THAT(all, testing::HasSubstr(part));
  EXPECT_THAT(all, testing::Not(testing::HasSubstr("password")));
  EXPECT_EQ(s.status >= 400, answer.content_type == "application/problem+json");
}
INSTANTIATE_TEST_SUITE_P(Router, Dispatch, testing::ValuesIn(scenarios));

TEST(Router, AnErrorComesBackFromItsDocumentUnchanged) {
  Error error{ErrorKind::frozen, "no deployments until Monday", "window"};
  error.complaints = {{"a", "b"}};
  error.refusals = {{"freeze", "v", "l", "e", "n", "w"}};
  const auto answer = problem(error);
  const auto back = error_of(answer.status, answer.body);
  EXPECT_EQ(back.kind, ErrorKind::frozen);
  EXPECT_EQ(back.message, error.message);
  EXPECT_EQ(back.field, "window");
  EXPECT_EQ(back.complaints.at(0).message, "b");
  EXPECT_EQ(back.refusals.at(0).who, "w");
  EXPECT_EQ(error_of(502, "<html>").kind, ErrorKind::unavailable);
}
TEST(Router, TwoEndpointsWithOneNameAreABrokenTable) {
  auto twice = table();
  twice.push_back(twice.front());
  EXPECT_THROW(Router(std::move(twice), {}), std::logic_error);
}
TEST(Router, TheOpenApiDocumentIsReadOffTheTable) {
  const auto answer = router().dispatch(http::make_request("GET", "/api/v1/openapi.json"));
  ASSERT_EQ(answer.status, 200);
  const auto document = json::parse(answer.body).value();
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  EXPECT_EQ(document.at("info").at("version").as_string(), "1.2.3");
  const auto& post = document.at("paths").at("/api/v1/releases").at("post");
  EXPECT_EQ(post.at("requestBody").at("content").at("application/json").at("schema").at("$ref").as_string(), "#/components/schemas/Plan");
  EXPECT_EQ(post.at("x-roles").at(0).as_string(), "coordinator");
  const auto& list = document.at("paths").at("/api/v1/releases").at("get");
  EXPECT_EQ(list.at("parameters").as_array().size(), 4u);
  EXPECT_EQ(list.at("parameters").at(0).at("schema").at("type").as_string(), "integer");
  EXPECT_EQ(list.at("responses").at("200").at("content").at("application/json").at("schema").at("items").at("$ref").as_string(),
            "#/components/schemas/View");
  EXPECT_TRUE(document.at("paths").at("/api/v1/releases/{id}").at("delete").at("responses").as_object().contains("204"));
  EXPECT_EQ(document.at("components").at("schemas").at("Plan").at("properties").at("tier").at("enum").at(0).as_string(), "standard");
  EXPECT_TRUE(document.at("components").at("schemas").as_object().contains("Problem"));
}

namespace one {
struct Grant {
  std::string role;
  bool open = false;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (role, open))
}  // namespace one
namespace two {
struct Grant {
  int amount = 1;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (amount)) struct Holder {
  std::vector<Grant> grants;
};
BOOST_DESCRIBE_STRUCT(Holder, (), (grants))
}  // namespace two
TEST(Router, StructsOfOneNameStayApartAndAnswersAreComplete) {
  std::vector<Endpoint> all;
  all.push_back(endpoint<one::Grant, one::Grant>("POST", "/a", "", [](Call&, const one::Grant& g) -> Result<one::Grant> { return g; }));
  all.push_back(endpoint<Nothing, two::Holder>("GET", "/b", "", [](Call&) -> Result<two::Holder> { return two::Holder{}; }));
  const auto document = openapi(all, "1");
  const auto& schemas = document.at("components").at("schemas").as_object();
  EXPECT_EQ(schemas.at("Grant").at("required").as_array().size(), 2u);
  EXPECT_EQ(schemas.at("GrantInput").at("required").as_array().size(), 1u);
  EXPECT_TRUE(schemas.at("Grant2").at("properties").as_object().contains("amount"));
  EXPECT_EQ(schemas.at("Holder").at("properties").at("grants").at("items").at("$ref").as_string(), "#/components/schemas/Grant2");
  const auto& post = document.at("paths").at("/a").at("post");
  EXPECT_EQ(post.at("requestBody").at("content").at("application/json").at("schema").at("$ref").as_string(),
            "#/components/schemas/GrantInput");
  EXPECT_EQ(post.at("responses").at("200").at("content").at("application/json").at("schema").at("$ref").as_string(),
            "#/components/schemas/Grant");
}

}  // namespace
}  // namespace evenkeel::api
