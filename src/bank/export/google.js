// Paste this into a new project at https://script.google.com, and run `build`. It makes the form in your
// Google Drive. The addresses of the form are in the log.
const FORM = {form};

function build() {
  const form = FormApp.create(FORM.title).setTitle(FORM.title).setProgressBar(true);
  form.addTextItem().setTitle("id").setHelpText("The name or code that you were given");
  for (const part of FORM.parts) {
    form.addPageBreakItem().setTitle(part.title).setHelpText(part.intro || "");
    for (const question of part.questions) {
      if (question.one) {
        form.addMultipleChoiceItem().setTitle(question.text).setChoiceValues(question.one);
      } else if (question.any) {
        form.addCheckboxItem().setTitle(question.text).setChoiceValues(question.any);
      } else {
        const limits = FormApp.createTextValidation()
          .requireNumberBetween(question.min, question.max)
          .setHelpText(question.limits)
          .build();
        form.addTextItem().setTitle(question.text).setHelpText(question.limits).setValidation(limits);
      }
    }
  }
  Logger.log("To edit: " + form.getEditUrl());
  Logger.log("To answer: " + form.getPublishedUrl());
}
