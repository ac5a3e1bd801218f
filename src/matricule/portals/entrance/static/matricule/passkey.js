// Makes or uses a passkey for the form that asks for one: <form data-passkey="create|get" data-options="{…}">.
// The browser's answer goes into the form's hidden field "credential"; the server checks it.
(function () {
  "use strict";
  var made = new WeakSet();
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.dataset.passkey || made.has(form)) return;
    event.preventDefault();
    var options = JSON.parse(form.dataset.options);
    var create = form.dataset.passkey === "create";
    var wanted = create
      ? { publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }
      : { publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) };
    navigator.credentials[create ? "create" : "get"](wanted).then(function (credential) {
      form.elements.credential.value = JSON.stringify(credential);
      made.add(form);
      form.submit();
    }, function () {
      // cancelled, or no passkey here: the server says so in words
      made.add(form);
      form.submit();
    });
  });
})();
